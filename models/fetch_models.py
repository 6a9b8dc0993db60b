"""`labcolor fetch` for people who have a checkout only.

Run it as ``python models/fetch_models.py METHOD``, or with ``--all``.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from labcolor.cli import main

if __name__ == "__main__":
    main(["fetch", *sys.argv[1:]])
