#compdef labcolor
# zsh completion for labcolor; made by `labcolor completion zsh`

_labcolor() {
    local kind word help answer files=
    local -a before=("${(@)words[2,CURRENT-1]}") plain
    answer=$(_LABCOLOR_BEFORE="${(F)before}" _LABCOLOR_CURRENT="${words[CURRENT]}" \
        _LABCOLOR_COMPLETE=zsh_complete $words[1] 2>/dev/null)
    while IFS=$'\t' read -r kind word help; do
        case $kind in
            plain) plain+=("${word//:/\\:}${help:+:$help}") ;;
            file) files=_files ;;
            dir) files='_files -/' ;;
        esac
    done <<< "$answer"
    compset -P '--*='
    local found=1
    (( $#plain )) && _describe -V 'labcolor' plain && found=0
    [[ -n $files ]] && ${=files} && found=0
    return found
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _labcolor "$@"
else
    compdef _labcolor labcolor
fi
