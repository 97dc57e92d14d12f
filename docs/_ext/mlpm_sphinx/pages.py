"""The pages as they were written: what was read from each is kept, so that a build reads only the pages it wrote."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from mlpm import chart_table, paint

_MAKERS = [*sorted(Path(__file__).parent.glob("*.py")), Path(paint.__file__), Path(chart_table.__file__)]
# A name for the code that makes pages as it stands: what other code made is made again.
CODE = hashlib.sha256(b"".join(path.read_bytes() for path in _MAKERS)).hexdigest()


class Memory:
    """What a function reads from each page of the site.

    File: {"code": …, "pages": {address: [time of change in ns, bytes, what was read]}}.
    """

    def __init__(self, app: Sphinx, name: str, read: Callable[[str], Any]):
        self.folder = Path(app.outdir)
        self.path = Path(app.doctreedir, f"{name}.json")
        self.read = read
        kept = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        self.pages: dict[str, list] = kept.get("pages", {}) if kept.get("code") == CODE else {}

    def look(self) -> dict[str, Any]:
        """Return address → what was read, for every page that is there. Values must be JSON."""
        seen = {}
        for path in sorted(self.folder.rglob("*.html")):
            address = path.relative_to(self.folder).as_posix()
            if address.startswith("_"):
                continue
            stat = path.stat()
            known = self.pages.get(address)
            if not known or known[:2] != [stat.st_mtime_ns, stat.st_size]:
                known = [stat.st_mtime_ns, stat.st_size, self.read(path.read_text(encoding="utf-8"))]
            seen[address] = known
        self.pages = seen
        return {address: known[2] for address, known in seen.items()}

    def rewrite(self, address: str, change: Callable[[str], str]) -> None:
        """Change a page without losing what was read from it."""
        path = self.folder / address
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        stat = path.stat()
        self.pages[address][:2] = [stat.st_mtime_ns, stat.st_size]

    def keep(self) -> None:
        """Write what was read for the next build."""
        self.path.write_text(json.dumps({"code": CODE, "pages": self.pages}), encoding="utf-8")
