"""The notebooks that stand beside this package: which there are, and what each promises."""

import json
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
# The page that greets in JupyterLab; it runs the others and is no tool itself.
GREETING = "index"


def notebooks(folder: Path = FOLDER) -> list[Path]:
    """Return the tools and calculators of a folder, by name."""
    return sorted(path for path in folder.glob("*.ipynb") if path.stem != GREETING)


def first_words(cells: list[dict]) -> tuple[str, str]:
    """Return the title of a notebook's cells and the paragraph under it, as Markdown; empty where there is none."""
    text = "".join(cells[0]["source"])
    title = re.search(r"^# (.+)$", text, re.M)
    if title is None:
        return "", ""
    return title[1], " ".join(text[title.end() :].strip().partition("\n\n")[0].split())


def cells(path: Path) -> list[dict]:
    """Return a stored notebook's cells, outputs and all."""
    return json.loads(path.read_text(encoding="utf-8"))["cells"]
