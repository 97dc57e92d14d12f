"""Addresses outside the book: what the weekly check says of good, dead, moved and slow ones, and the one issue."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from building import Project
from mlpm_sphinx import links
from repository import ROOT

CODES = {
    "dead": 404,
    "moved": 301,
    "gone-elsewhere-today": 302,
    "shy": 403,
    "members": 401,
    "in-a-while": 429,
    "broken": 500,
}


class Server(BaseHTTPRequestHandler):
    """Good, dead, moved, slow, broken and shy addresses on this machine."""

    def do_GET(self):
        kind = self.path.strip("/")
        if kind == "slow":
            time.sleep(3)
        code = CODES.get(kind, 200)
        self.send_response(code)
        if code == 429:
            self.send_header("Retry-After", "3600")
        if code in (301, 302):
            self.send_header("Location", "/good")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"<p>Hello</p>")

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


KINDS = ("good", "slow", *CODES)


@pytest.fixture(scope="module")
def checked(address, tmp_path_factory):
    """The output of Sphinx's check of a book with one link of each kind, with the handbook's own settings."""
    book = Project(tmp_path_factory.mktemp("links"))
    lines = [f"- [{kind}]({address}/{kind})" for kind in KINDS]
    book.write("index.md", "\n".join(["# A book", "", *lines, "", "```{toctree}\ndocs/two\n```"]))
    book.write("docs/two.md", f"# Two\n\n[dead]({address}/dead)\n")
    out = book.folder.parent / "links"
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "linkcheck", book.folder, out],
        env=os.environ | {"LINK_TIMEOUT": "1"},
        capture_output=True,
        text=True,
        timeout=120,  # the server asks for an hour of patience; Sphinx alone would give it
    )
    assert (out / "output.json").is_file(), run.stderr
    return out / "output.json"


def test_each_fate_is_told_apart(checked, address):
    found = {link.address: link for link in links.read(checked.read_text(encoding="utf-8"))}
    assert {name.removeprefix(address + "/"): link.fate for name, link in found.items()} == {
        "dead": "dead",
        "broken": "slow",
        "moved": "moved",
        "slow": "slow",
        "shy": "refused",
        "members": "refused",
        "in-a-while": "refused",
    }
    assert found[f"{address}/moved"].said == f"{address}/good"


def test_an_address_on_two_pages_is_told_once(checked, address):
    (dead,) = [link for link in links.read(checked.read_text(encoding="utf-8")) if link.address == f"{address}/dead"]
    assert dead.page in ("docs/two.md", "index.md")


def test_the_report_begins_with_what_needs_a_hand(checked, tmp_path, capsys):
    assert links.main(str(checked), str(tmp_path / "report.md")) == 1
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == [
        "Dead: 1",
        "Moved for good: 1",
        "No answer, or not today: 2",
        "Answers people, not programs: 3",
    ]
    assert "/good`)" in text.split("## Moved")[1].split("##")[0]
    assert "/gone-elsewhere-today" not in text


def test_slow_and_shy_addresses_alone_need_no_hand(tmp_path, capsys):
    slow = {"filename": "a.md", "status": "timeout", "code": 0, "uri": "https://a.example", "info": "timed out"}
    shy = slow | {"status": "broken", "uri": "https://b.example", "info": "403 Client Error: Forbidden"}
    source = tmp_path / "output.json"
    source.write_text("\n".join(map(json.dumps, (slow, shy))), encoding="utf-8")
    assert links.main(str(source), str(tmp_path / "report.md")) == 0


def told(**entry) -> dict:
    return {"filename": "a.md", "status": "broken", "code": 0, "uri": "https://a.example", "info": ""} | entry


def test_where_a_doi_leads_today_is_no_move():
    moved = {"status": "redirected", "code": 301, "info": "https://publisher.example/10.1"}
    assert links.fate(told(**moved, uri="https://doi.org/10.1")) == ""
    assert links.fate(told(**moved)) == "moved"


def test_what_a_server_says_cannot_speak_in_the_issue():
    said = "404 Client Error: `@everyone` fixes #1\n\n# Free " + "x" * 500
    (line,) = [
        line
        for line in links.report(links.read(json.dumps(told(info=said)))).splitlines()
        if line.startswith("- https://a.example")
    ]
    assert line.startswith("- https://a.example (`404 Client Error: '@everyone' fixes #1 # Free x")
    assert line.endswith("`)")
    assert line.count("`") == 2
    assert len(line) < 250


def test_an_issue_holds_the_report_of_a_bad_week():
    lines = [json.dumps(told(uri=f"https://{n}.example/{'x' * 200}", info="y" * 300)) for n in range(500)]
    text = links.report(links.read("\n".join(lines)))
    assert len(text) < 65_536
    assert "## Dead: 500" in text
    assert "- and 440 more" in text


def test_a_check_that_did_not_run_is_no_good_news(tmp_path, capsys):
    (tmp_path / "output.json").write_text("", encoding="utf-8")
    assert links.main(str(tmp_path / "output.json"), str(tmp_path / "report.md")) == 2
    assert "run make links" in capsys.readouterr().err


# --- The one issue ------------------------------------------------------------------------------------------------

GH = """#!{python}
import json, pathlib, sys
state = pathlib.Path({state!r})
issues = json.loads(state.read_text()) if state.exists() else []
words = sys.argv[1:]
value = lambda name: words[words.index(name) + 1]
if words[:2] == ["issue", "list"]:
    assert value("--state") == "open"
    assert value("--author") == "app/github-actions"
    mine = [issue for issue in issues if issue["open"] and issue["label"] == value("--label")]
    print(mine[0]["number"] if mine else "")
elif words[:2] == ["label", "create"]:
    pass
elif words[:2] == ["issue", "create"]:
    body = pathlib.Path(value("--body-file")).read_text()
    issues.append(dict(number=len(issues) + 1, open=True, label=value("--label"), title=value("--title"), body=body))
elif words[:2] == ["issue", "edit"]:
    issues[int(words[2]) - 1]["body"] = pathlib.Path(value("--body-file")).read_text()
elif words[:2] == ["issue", "close"]:
    issues[int(words[2]) - 1]["open"] = False
else:
    sys.exit("unknown: " + " ".join(words))
state.write_text(json.dumps(issues))
"""


@pytest.fixture
def tracker(tmp_path):
    """A stand-in for GitHub's command line that keeps issues in a file; returns: run the script, read the issues."""
    state = tmp_path / "issues.json"
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH.format(python=sys.executable, state=str(state)), encoding="utf-8")
    gh.chmod(0o755)
    report = tmp_path / "report.md"

    def check(text: str, trouble: str) -> list[dict]:
        report.write_text(text, encoding="utf-8")
        subprocess.run(
            ["bash", ROOT / ".github/scripts/one-issue.sh", "dead-link", "Addresses", report, trouble],
            env=os.environ | {"PATH": f"{gh.parent}:{os.environ['PATH']}"},
            check=True,
        )
        return json.loads(state.read_text()) if state.exists() else []

    return check


def test_trouble_opens_one_issue_and_then_brings_it_up_to_date(tracker):
    assert [issue["body"] for issue in tracker("a died", "yes")] == ["a died"]
    assert [issue["body"] for issue in tracker("a and b died", "yes")] == ["a and b died"]


def test_no_trouble_closes_the_issue_and_new_trouble_opens_another(tracker):
    tracker("a died", "yes")
    assert [issue["open"] for issue in tracker("nothing", "no")] == [False]
    assert [issue["open"] for issue in tracker("b died", "yes")] == [False, True]


def test_no_trouble_opens_nothing(tracker):
    assert tracker("nothing", "no") == []


def test_the_weekly_workflow_asks_the_addresses_and_tells_the_issue():
    workflow = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text(encoding="utf-8"))
    assert workflow[True]["schedule"][0]["cron"].endswith(" 1")  # YAML reads `on` as true
    (check,) = [
        check for check in workflow["jobs"]["look"]["strategy"]["matrix"]["include"] if check["label"] == "dead-link"
    ]
    assert check["command"] == "make links"
    assert check["report"] == "_build/links/report.md"
    steps = " ".join(step.get("run", "") for step in workflow["jobs"]["tell"]["steps"])
    assert ".github/scripts/one-issue.sh" in steps
