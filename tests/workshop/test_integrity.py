"""What the repository does not take in: heavy files, secrets, pictures inside notebooks, stray files, links that leave.

Each check takes a folder under git and looks at what the next commit could hold: what git knows, and what is new and
not ignored.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor import Remark, line_at, of_cell, quoted, report
from mlpm import shelf
from repository import ROOT, known

MOST = 500_000  # bytes of a file; no file here needs more
BASE64 = re.compile(r"[A-Za-z0-9+/=\n]{10000}")  # letters without a blank: a picture, a font, a document

# What a secret looks like, as those who issue it publish: GitHub (changelog of 2021-03-31, "Authentication token format
# updates are generally available"), AWS (STS API reference, GetAccessKeyInfo), Slack (docs.slack.dev, "Tokens"), and
# RFC 7468 for keys. The last one is no format: it is how people write a password down.
SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"),
    "a GitHub token": re.compile(r"g(?:h[pousr]_[A-Za-z0-9_]{36}|ithub_pat_[A-Za-z0-9_]{22})"),
    "an AWS access key": re.compile(r"A(?:KI|SI)A[A-Z0-9]{16}\b"),
    "a Slack token": re.compile(r"x(?:ox[a-z](?:\.xox[a-z])?|app)-[A-Za-z0-9-]{10}"),
    "a password": re.compile(
        r"(?i:password|passwd|secret|token|api_?key|access_?key)\\?[\"']?\s{0,3}[:=]\s{0,3}\\?[\"']"
        r"(?![a-z_.]+[\"'\\])[^\"'\s\\{}$<>]{12,}[\"'\\]"),  # not the name of a column
}
LITTER = (".ipynb_checkpoints", ".DS_Store", "Thumbs.db")
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.M)


def texts(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield every file that is text."""
    for path in known(root):
        if not path.is_symlink():
            raw = path.read_bytes()
            if b"\0" not in raw[:8000]:  # git's own test for a binary file
                yield path, raw.decode("utf-8", "replace")


def notebooks(root: Path) -> Iterator[tuple[Path, list[dict]]]:
    """Yield every notebook, wherever it is, with its cells; those that cannot be read are told before all tests."""
    for path in known(root):
        if path.suffix == ".ipynb" and not path.is_symlink():
            yield path, json.loads(path.read_text(encoding="utf-8")).get("cells", [])


def strings(part: object) -> Iterator[str]:
    """Yield the texts in a part of a notebook, which stores a text as a list of its lines."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list) and all(isinstance(line, str) for line in part):
        yield "".join(part)
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from strings(inner)


# --- From a folder to remarks -------------------------------------------------------------------------------------


def oversize(root: Path) -> list[Remark]:
    return [
        Remark(path, None, f"It has {path.stat().st_size:,} bytes, more than {MOST:,}.",
               "Everybody who copies the repository carries it, for good: history keeps it.",
               "generate it, or shorten it; if it is a notebook, print fewer rows or draw fewer points")
        for path in known(root) if not path.is_symlink() and path.stat().st_size > MOST
    ]


def secrets(root: Path) -> list[Remark]:
    """The remark does not repeat the secret: what a test prints is kept in logs that everybody can read."""
    remarks = {}
    for path, text in texts(root):
        for kind, pattern in SECRETS.items():
            for found in pattern.finditer(text):
                line = line_at(text, found.start())
                remarks.setdefault((path, line), Remark(
                    path, line, f"This looks like {kind}.", "Whoever reads the repository could use it.",
                    "if it is real, revoke it now where it was issued: the history keeps what you delete. If it is "
                    "made up, make it shorter than a real one"))
    return list(remarks.values())


def conflicts(root: Path) -> list[Remark]:
    remarks = []
    for path, text in texts(root):
        if found := CONFLICT.search(text):
            remarks.append(Remark(path, line_at(text, found.start()), "A merge has left its marks.",
                                  "Both versions stand there, one under the other.",
                                  "keep one of them, and delete the lines of <<<<<<<, ======= and >>>>>>>"))
    return remarks


def pictures(root: Path) -> list[Remark]:
    """Pictures and documents inside a notebook: as an output, as an attachment, or as base64 in any text."""
    remarks = []
    for path, cells in notebooks(root):
        for number, cell in enumerate(cells, 1):
            stored = [output.get("data", {}) for output in cell.get("outputs", [])]
            stored += cell.get("attachments", {}).values()
            kinds = sorted({kind for one in stored for kind in one
                            if kind.startswith(("image/", "audio/", "video/")) or kind == "application/pdf"})
            if not kinds and any(BASE64.search(text) for text in strings(cell)):
                kinds = ["base64"]
            if kinds:
                remarks.append(of_cell(path, number, cell, f"holds a picture or a document ({', '.join(kinds)}).",
                                       "Nobody can read it in a difference, and it has no description.",
                                       "draw charts with mlpm.charts.figure and delete what was pasted, then "
                                       "`make outputs`"))
    return remarks


def strays(root: Path) -> list[Remark]:
    """Notebooks out of place, and those that no table of contents names: the gallery follows the front page."""
    folder = root / "notebooks"
    front = (root / "index.md").read_text(encoding="utf-8").split()
    remarks = []
    for path, _ in notebooks(root):
        if path.parent != folder:
            remarks.append(Remark(path, None, "A notebook stands outside notebooks/.",
                                  "Nothing runs it, so nobody notices when it breaks.",
                                  "move it to notebooks/, or take it out"))
        elif path.stem != shelf.GREETING and f"notebooks/{path.stem}" not in front:
            remarks.append(Remark(path, None, "No table of contents names it.", "Readers cannot find it.",
                                  f"put the line notebooks/{path.stem} into a toctree of index.md, or take it out"))
    return remarks


def litter(root: Path) -> list[Remark]:
    return [
        Remark(path, None, "A program has left it there.", "Nobody needs it, and it may hold old data.",
               "delete it; if git knows it already, with `git rm`")
        for path in known(root) if set(path.relative_to(root).parts) & set(LITTER)
    ]


def leaving(root: Path) -> list[Remark]:
    return [
        Remark(path, None, f"It is a link to {quoted(str(path.readlink()), most=100)}, "
               f"which {'is outside the repository' if path.exists() else 'does not exist'}.",
               "On another machine it leads nowhere, or to something else.",
               "put the file itself there, or take it out")
        for path in known(root)
        if path.is_symlink() and not (path.exists() and path.resolve().is_relative_to(root.resolve()))
    ]


CHECKS = [oversize, secrets, conflicts, pictures, strays, litter, leaving]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_repository_takes_in_only_what_belongs_there(check):
    report(check(ROOT))


# --- What would be refused ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Path:
    """A repository with one notebook, nothing of it committed."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    write(tmp_path, "index.md", "# Book\n\n```{toctree}\nnotebooks/tool\n```\n")
    write(tmp_path, "notebooks/tool.ipynb", book())
    write(tmp_path, "notebooks/index.ipynb", book())
    return tmp_path


def write(root: Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def book(**cell) -> str:
    """A notebook with one cell."""
    one = {"cell_type": "code", "id": "one", "metadata": {}, "source": ["1"], "outputs": []} | cell
    return json.dumps({"cells": [one]}, indent=1)


def output(kind: str, *lines: str) -> list[dict]:
    return [{"output_type": "display_data", "data": {kind: list(lines)}, "metadata": {}}]


def test_a_clean_folder_is_taken(folder):
    assert [remark for check in CHECKS for remark in check(folder)] == []


@pytest.mark.parametrize(("check", "path", "text", "line", "says"), [
    (oversize, "big.csv", "x" * (MOST + 1), None, "500,001 bytes"),
    (secrets, "a.py", "x = 1\nkey = 'ghp_" + "a1" * 18 + "'\n", 2, "a GitHub token"),
    (secrets, "a.md", "github_pat_" + "a1" * 11 + "_" + "b" * 59, 1, "a GitHub token"),
    (secrets, "a.toml", "id = AKIA" + "Q2" * 8, 1, "an AWS access key"),
    (secrets, "a.txt", "\n\nxoxb-" + "1234567890-abc", 3, "a Slack token"),
    (secrets, "key", "-----BEGIN " + "OPENSSH PRIVATE KEY-----\n", 1, "a private key"),
    (secrets, "key.pem", "-----BEGIN " + "PRIVATE KEY-----\n", 1, "a private key"),
    (secrets, "a.yml", "db_password: '" + "correct-horse-battery'", 1, "a password"),
    (secrets, "a.json", '{"api_key": "' + 'Zm9vYmFyYmF6"}', 1, "a password"),
    (secrets, "notebooks/tool.ipynb", book(source=["TOKEN = 'ghp_" + "a1" * 18 + "'"]), 8, "a GitHub token"),
    (secrets, "notebooks/tool.ipynb", book(source=['password = "correct-' + 'horse-battery"']), 8, "a password"),
    (conflicts, "docs/a.md", "# A\n\n<<<<<<" + "< HEAD\nours\n=======\ntheirs\n>>>>>>" + "> branch\n", 3, "marks"),
    (pictures, "notebooks/tool.ipynb", book(outputs=output("image/png", "iVBORw0KGgo=")), 5, "Cell 1 (`1`) holds"),
    (pictures, "notebooks/tool.ipynb", book(outputs=output("application/pdf", "JVBERi0=")), 5, "application/pdf"),
    (pictures, "notebooks/tool.ipynb", book(outputs=output("text/html", "<img src='", "iVBO" * 2_600)), 5, "base64"),
    (pictures, "notebooks/tool.ipynb", book(outputs=output("text/plain", *["iVBO" * 19 + "\n"] * 140)), 5, "base64"),
    (pictures, "notebooks/tool.ipynb", book(source=["![](data:image/png;base64,", "iVBO" * 2_600]), 5, "base64"),
    (pictures, "notebooks/tool.ipynb", book(attachments={"a.png": {"image/png": "iVBO"}}), 5, "image/png"),
    (strays, "docs/skills/draft.ipynb", book(), None, "outside notebooks/"),
    (strays, "notebooks/old.ipynb", book(), None, "No table of contents names it"),
    (litter, "notebooks/.ipynb_checkpoints/tool-checkpoint.ipynb", book(), None, "A program has left it"),
    (litter, "docs/.DS_Store", "", None, "A program has left it"),
])
def test_what_does_not_belong_there_is_refused_with_file_line_and_remedy(folder, check, path, text, line, says):
    write(folder, path, text)
    (remark,) = check(folder)
    assert (remark.path, remark.line) == (folder / path, line)
    assert says in str(remark)
    assert " Mend: " in str(remark)


@pytest.mark.parametrize(("target", "says"), [("/etc/hostname", "outside"), ("../away", "does not exist")])
def test_a_link_that_leaves_the_repository_is_refused(folder, target, says):
    (folder / "link").symlink_to(target)
    (folder / "inside").symlink_to("index.md")
    (remark,) = leaving(folder)
    assert says in str(remark)


def test_a_secret_is_not_repeated_in_the_message(folder):
    secret = "ghp_" + "a1" * 18
    write(folder, "a.py", secret)
    assert secret not in "".join(map(str, secrets(folder)))


def test_what_git_ignores_is_nobodys_business(folder):
    write(folder, ".gitignore", "private/\n")
    write(folder, "private/key", "ghp_" + "a1" * 18)
    assert secrets(folder) == []
