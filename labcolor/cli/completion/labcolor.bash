# bash completion for labcolor; made by `labcolor completion bash`

_labcolor_completion() {
    local before=("${COMP_WORDS[@]:1:COMP_CWORD-1}") kind word help files=
    COMPREPLY=()
    while IFS=$'\t' read -r kind word help; do
        case $kind in
            plain) COMPREPLY+=("$word") ;;
            file) files=file ;;
            dir) files=directory ;;
        esac
    done < <(IFS=$'\n'; _LABCOLOR_BEFORE="${before[*]}" _LABCOLOR_CURRENT="${COMP_WORDS[COMP_CWORD]}" \
        _LABCOLOR_COMPLETE=bash_complete "$1" 2>/dev/null)
    [[ $files ]] || return 0
    # readline completes file names best, and does where there is no other word
    compopt -o filenames
    if [[ $files == directory ]]; then compopt -o dirnames; else compopt -o default; fi
    if ((${#COMPREPLY[@]})); then
        while IFS= read -r word; do
            COMPREPLY+=("$word")
        done < <(compgen -A "$files" -- "$2")
    fi
}

complete -F _labcolor_completion labcolor
