"""`python -m labcolor`: the command, where its script is not on the path."""

from labcolor.cli import main

if __name__ == "__main__":
    main()
