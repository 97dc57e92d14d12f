"""Write the example files and their data card: `python -m mlpm.agora [folder]`."""

import importlib
import pkgutil
import sys
from pathlib import Path

import mlpm.agora

DATA = Path(mlpm.agora.__file__).parents[2] / "data"

HEAD = """# Example data

Every file here is synthetic. The generators in `notebooks/mlpm/agora` make them from a fixed seed (`make data`); a
test compares what they make with what is committed. Agora is the handbook's invented neighborhood marketplace: no row
describes a person, a comment or an order that exists. License: CC BY 4.0, as all content of the handbook.
"""


def write(folder: Path) -> list[Path]:
    """Write every example file and README.md into `folder`; return what was written."""
    written, card = [], [HEAD]
    for info in sorted(pkgutil.iter_modules(mlpm.agora.__path__), key=lambda module: module.name):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"mlpm.agora.{info.name}")
        for name, make in module.FILES.items():
            written.append(folder / name)
            make().to_csv(written[-1], index=False, lineterminator="\n")
            about = module.CARD[name]
            card.append(f"## {name}\n\n{about['title']} Made by `mlpm.agora.{info.name}`. One row: {about['rows']}.\n")
            card.append("| column | meaning |\n|---|---|")
            card.append("\n".join(f"| `{column}` | {meaning} |" for column, meaning in about["columns"].items()) + "\n")
    written.append(folder / "README.md")
    written[-1].write_text("\n".join(card), encoding="utf-8")
    return written


if __name__ == "__main__":
    for path in write(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA):
        print(path.name)
