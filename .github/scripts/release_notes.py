"""Write the notes of a release: its section of CHANGELOG.md. usage: release_notes.py <tag> <notes.md>

Refuses, in one line, a tag whose version has no section there or is not the version of pyproject.toml and CITATION.cff.
"""

import re
import sys
import tomllib
from pathlib import Path


def notes(changelog: str, version: str) -> str:
    """Return the section of a version, without its heading. ValueError: there is none, or it is empty."""
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n"
    found = re.search(heading + r"(.*?)(?=^## |^\[|\Z)", changelog, re.M | re.S)
    if found is None:
        raise ValueError(f"CHANGELOG.md has no section '## [{version}] - YYYY-MM-DD': give Unreleased this name")
    if not found[1].strip():
        raise ValueError(f"the section [{version}] of CHANGELOG.md is empty: say what readers notice")
    return found[1].strip() + "\n"


def main(tag: str, target: str) -> None:
    version = tag.removeprefix("v")
    with open("pyproject.toml", "rb") as file:
        named = {"pyproject.toml": tomllib.load(file)["project"]["version"]}
    cited = re.search(r"^version: (\S+)$", Path("CITATION.cff").read_text(encoding="utf-8"), re.M)
    named["CITATION.cff"] = cited[1] if cited else "none"
    for file, other in named.items():
        if other != version:
            raise ValueError(f"the tag is {tag} and {file} says {other}: set both to the same version")
    text = notes(Path("CHANGELOG.md").read_text(encoding="utf-8"), version)
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except ValueError as refusal:
        sys.exit(f"No release: {refusal}.")
