"""Write down what the weights at hand answer to a fixed question: labcolor/weights/canaries.json.

Run it as ``python models/make_canaries.py`` whenever embedded weights are replaced. Published
files that have been fetched get a canary as well.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from labcolor.model import canary
from labcolor.model.methods import METHODS, Method
from labcolor.model.network import of_method
from labcolor.weights import store
from labcolor.weights.load import load

FOLDER = Path(store.__file__).parent


def facts(method: Method, path: Path, weights: str | Path) -> dict[str, Any]:
    """Return what canaries.json says of a file."""
    loaded = load(method, weights)
    numbers = canary.sample(canary.answer(of_method(method.name, weights)))
    with path.open("rb") as file:
        digest = store.sha256(file)
    how = loaded.settings
    return {
        "bytes": path.stat().st_size,
        "sha256": digest,
        "network": how.network,
        "gives": how.gives,
        "hints": how.hints,
        "side": how.side,
        "numbers": [round(float(each), 5) for each in numbers],
    }


def main() -> None:
    """Write the file, one line for each file of weights."""
    found = {}
    for method in METHODS.values():
        path = FOLDER / "embedded" / f"{method.name}.npz"
        if path.exists():
            found[path.name] = facts(method, path, "embedded")
        for file in method.weight_files:
            if store.is_whole(file):
                found[file.name] = facts(method, store.path_of(file), store.path_of(file))
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(of)}" for name, of in found.items())
    (FOLDER / "canaries.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(*found, sep="\n")


if __name__ == "__main__":
    main()
