# fish completion for labcolor; made by `labcolor completion fish`

function __labcolor_completion
    set -l current (commandline -ct)
    set -l before (commandline -opc)
    set -l program $before[1]
    set -e before[1]
    set -l option (string match -r -- '^--[^=]*=' $current)
    set -lx _LABCOLOR_BEFORE (string escape -- $before | string collect)
    set -lx _LABCOLOR_CURRENT $current
    set -lx _LABCOLOR_COMPLETE fish_complete
    for line in ($program 2>/dev/null)
        set -l part (string split \t -- $line)
        switch $part[1]
            case plain
                printf '%s%s\t%s\n' "$option" $part[2] "$part[3]"
            case file
                printf "$option%s\n" (__fish_complete_path $part[2])
            case dir
                printf "$option%s\n" (__fish_complete_directories $part[2])
        end
    end
end

complete --command labcolor --no-files --arguments '(__labcolor_completion)'
