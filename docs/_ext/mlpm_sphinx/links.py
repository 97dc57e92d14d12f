"""What became of the addresses outside the book: Sphinx's link check, read and told in words for one issue.

`python -m mlpm_sphinx.links <output.json> <report.md>` ends with 0 if nothing needs a hand, with 1 if an address is
dead or has moved for good, with 2 if there is nothing to read.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.builders.linkcheck import HyperlinkAvailabilityCheckWorker

# Codes with which a server refuses a program, not a reader: 999 is what LinkedIn says.
_REFUSED = {401, 403, 405, 406, 418, 429, 451, 999}
_FOR_GOOD = {301, 308}


@dataclass(frozen=True)
class Link:
    """An address: what became of it, what the server said, and the first page that has it (Sphinx asks once)."""

    address: str
    fate: str  # a key of FATES
    said: str
    page: str


# What can become of an address → the heading, and what to do.
FATES = {
    "dead": ("Dead", "Find the new address or another source; in the library, set status:withdrawn and a successor."),
    "moved": ("Moved for good", "The last step of the way is permanent: look, then put the new address in its place."),
    "slow": ("No answer, or not today", "Nothing yet. Look by hand if it is here again next week."),
    "refused": ("Answers people, not programs", "Open it once; if you see the page, there is nothing to do."),
}
NEED_A_HAND = ("dead", "moved")
MOST = 60  # addresses told of one fate: an issue holds 65,536 characters


def fate(entry: dict) -> str:
    """Return what became of an address, a key of FATES, or nothing if it answered. entry: a line of output.json."""
    status = entry["status"]
    if status == "broken":
        code = _said_code(entry)
        return "refused" if code in _REFUSED else "slow" if 500 <= code < 600 else "dead"
    if status == "redirected" and entry["code"] in _FOR_GOOD:
        # A DOI is the address that lasts; where it leads today is the publisher's business.
        return "" if urlsplit(entry["uri"]).netloc in ("doi.org", "dx.doi.org") else "moved"
    return {"timeout": "slow", "rate-limited": "refused"}.get(status, "")


def _said_code(entry: dict) -> int:
    """The HTTP status of a broken address: Sphinx keeps it in its words only ("403 Client Error: …")."""
    first = entry["info"].split(" ", 1)[0]
    return int(first) if first.isdecimal() else 401 if first == "unauthorized" else 0


def read(lines: str) -> list[Link]:
    """Return the addresses that did not simply answer. lines: the content of output.json, one JSON object a line."""
    entries = [json.loads(line) for line in lines.splitlines() if line.strip()]
    # Sphinx looks for the files we offer beside their page's source; the tests of the site look for them in the site.
    entries = [entry for entry in entries if entry["uri"].startswith(("http://", "https://"))]
    found = [Link(entry["uri"], fate(entry), entry["info"], entry["filename"]) for entry in entries if fate(entry)]
    return sorted(found, key=lambda link: (list(FATES).index(link.fate), link.address))


def report(links: list[Link]) -> str:
    """Return the text of the issue: Markdown, what needs a hand first."""
    parts = []
    for name, (heading, remedy) in FATES.items():
        shown = [link for link in links if link.fate == name]
        if shown:
            parts.append(f"## {heading}: {len(shown)}\n\n{remedy}\n")
            parts += [f"- {link.address} (`{_tame(link.said)}`)\n  in {link.page}" for link in shown[:MOST]]
            parts += [f"- and {len(shown) - MOST} more"] * (len(shown) > MOST)
            parts.append("")
    return "\n".join(parts) or "Every address answers.\n"


def _tame(said: str) -> str:
    """What a server said, so that none of it mentions, links or closes anything in the issue."""
    return " ".join(said.replace("`", "'").split())[:200]


def be_patient_once(app: Sphinx) -> None:
    """Let no server decide how long the check takes: Sphinx waits and asks again for as long as Retry-After says."""
    limit = HyperlinkAvailabilityCheckWorker.limit_rate
    HyperlinkAvailabilityCheckWorker.limit_rate = lambda self, address, after: limit(self, address, None)


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", be_patient_once)


def main(source: str, target: str) -> int:
    path = Path(source)
    if not path.is_file() or not path.read_text(encoding="utf-8").strip():
        print(f"{source} holds no result of a link check: run make links", file=sys.stderr)
        return 2
    links = read(path.read_text(encoding="utf-8"))
    Path(target).write_text(report(links), encoding="utf-8")
    print(report(links), end="")
    return int(any(link.fate in NEED_A_HAND for link in links))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
