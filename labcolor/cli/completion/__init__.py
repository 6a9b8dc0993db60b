"""Completion by the Tab key: `command` prints a shell's script, `shells` answers it, from `words`.

A script calls labcolor with the variable `_LABCOLOR_COMPLETE` set, the words before the cursor and
the word at it in two more, and reads lines of kind, word and help, parted by tabs.
"""

VARIABLE = "_LABCOLOR_COMPLETE"
