"""Where the standalone program begins."""

from multiprocessing import freeze_support

from labcolor.cli import main

if __name__ == "__main__":
    freeze_support()
    main()
