"""The workflows and forms: no way in, nothing misspelled, nothing named that is not there, no right too many.

Each check takes a repository's folder and returns remarks, one line each: none for the handbook, at least one for a
copy that was made worse.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import check_jsonschema
import pytest
import yaml
from click.testing import CliRunner

from repository import ROOT

# With these, what a stranger wrote can run where there are secrets and rights to write.
BESIDE_SECRETS = ("pull_request_target", "workflow_run")
ZIZMOR = Path(sys.executable).with_name("zizmor")
SCHEMAS = {
    "workflows/*.yml": "vendor.github-workflows",
    "actions/*/action.yml": "vendor.github-actions",
    "dependabot.yml": "vendor.dependabot",
    "ISSUE_TEMPLATE/config.yml": "vendor.github-issue-config",
    "ISSUE_TEMPLATE/[!c]*.yml": "vendor.github-issue-forms",
}


def load(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def workflows(root: Path) -> dict[str, dict]:
    return {path.name: load(path) for path in sorted((root / ".github/workflows").glob("*.yml"))}


def jobs(root: Path) -> Iterator[tuple[str, dict]]:
    for file, workflow in workflows(root).items():
        yield from ((f"{file}: {name}", job) for name, job in workflow["jobs"].items())


def scripts(part: object) -> Iterator[str]:
    """Yield what a part of a workflow gives to a shell: every `run`, and every `command` of a matrix."""
    if isinstance(part, list):
        part = dict(enumerate(part))
    if isinstance(part, dict):
        for key, value in part.items():
            yield from [value] if key in ("run", "command") and isinstance(value, str) else scripts(value)


# --- The checks ---------------------------------------------------------------------------------------------------


def ways_in(root: Path) -> list[str]:
    """What zizmor finds, and every value that is pasted into a script instead of handed over in the environment."""
    run = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", "--strict-collection", "--format", "json", root / ".github"],
        capture_output=True, text=True, timeout=60,
    )
    if not run.stdout:
        return [f"zizmor gave up: {run.stderr}"]
    found = [f"zizmor: {finding['ident']}: {finding['desc']}" for finding in json.loads(run.stdout)]
    return found + [f"{name}: pastes a value into a script" for name, job in jobs(root)
                    for script in scripts(job) if "${{" in script]


def misspelled(root: Path) -> list[str]:
    """What does not fit the schemas that check-jsonschema carries."""
    found = []
    for pattern, schema in SCHEMAS.items():
        files = sorted((root / ".github").glob(pattern))
        found += [] if files else [f"there is no {pattern}"]
        run = CliRunner().invoke(check_jsonschema.main, ["-o", "json", "--builtin-schema", schema, *map(str, files)])
        told = json.loads(run.stdout) if files else {}
        found += [f"{Path(error['filename']).name}: {error['message']}"
                  for kind in ("errors", "parse_errors") for error in told.get(kind, [])]
    return found


def not_there(root: Path) -> list[str]:
    """Targets of make, scripts and actions of this repository that a workflow names in vain."""
    found = []
    for name, job in jobs(root):
        said = "\n".join(scripts(job))
        targets = " ".join(re.findall(r"^\s*make ((?:[\w./-]+ ?)+)", said, re.M)).split()
        for target in sorted(set(targets)):
            dry = subprocess.run(["make", "--dry-run", target], cwd=root, capture_output=True, text=True, timeout=60)
            found += [f"{name}: {dry.stderr.strip()}"] * (dry.returncode != 0)
        paths = set(re.findall(r"\.(?:github|ci)/[\w./-]+", said))
        paths |= {f"{step['uses'][2:]}/action.yml" for step in job["steps"] if step.get("uses", "").startswith("$/")}
        found += [f"{name}: there is no {path}" for path in sorted(paths) if not (root / path).is_file()]
    return found


def unpinned(root: Path) -> list[str]:
    """Actions of others that are not named by a full hash with its version behind it."""
    pinned = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    return [
        f"{path.name}: {used}"
        for path in sorted((root / ".github").rglob("*.yml"))
        for used in re.findall(r"^\s*(?:- )?uses: (.+)", path.read_text(encoding="utf-8"), re.M)
        if not (used.startswith("$/") or pinned.fullmatch(used))
    ]


def too_free(root: Path) -> list[str]:
    """Rights, time and triggers that a workflow does not need."""
    found = []
    for file, workflow in workflows(root).items():
        # YAML reads `on` as true.
        found += [f"{file}: {trigger}" for trigger in workflow[True] if trigger in BESIDE_SECRETS]
        found += [f"{file}: rights for every job"] * (workflow.get("permissions") != {})
        found += [f"{file}: no concurrency"] * ("concurrency" not in workflow)
    for name, job in jobs(root):
        rights = job.get("permissions")
        found += [f"{name}: no list of permissions"] * (not isinstance(rights, dict))
        found += [f"{name}: no timeout-minutes"] * ("timeout-minutes" not in job)
        found += [f"{name}: a checkout that keeps its key" for step in job["steps"]
                  if "actions/checkout@" in step.get("uses", "")
                  and step.get("with", {}).get("persist-credentials") is not False]
        installs = re.search(r"\b(make|pip|python|set-up)\b", str(job["steps"]))
        if installs and isinstance(rights, dict) and "write" in rights.values():
            found.append(f"{name}: may write, and runs what it installs")
    return found


def unexplained(root: Path) -> list[str]:
    """Workflows that do not begin with why they are there, in one line."""
    return [path.name for path in sorted((root / ".github/workflows").glob("*.yml"))
            if not re.match(r"# .{40,118}\nname: ", path.read_text(encoding="utf-8"))]


CHECKS = (ways_in, misspelled, not_there, unpinned, too_free, unexplained)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_handbook_gives_no_cause_for_a_remark(check):
    assert check(ROOT) == []


# --- The checks bite ----------------------------------------------------------------------------------------------


@pytest.fixture
def spoil(tmp_path) -> Callable[[str, str, str], Path]:
    """Return a function that replaces one text in a file of a copy of the repository, and returns the copy."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-spark.txt"):
        shutil.copy2(ROOT / name, tmp_path)

    def replace(file: str, good: str, bad: str) -> Path:
        path = tmp_path / ".github" / file
        text = path.read_text(encoding="utf-8")
        assert good in text
        path.write_text(text.replace(good, bad, 1), encoding="utf-8")
        return tmp_path

    return replace


CHECKOUT = "uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


@pytest.mark.parametrize(("check", "file", "good", "bad", "remark"), [
    (ways_in, "workflows/check.yml", "bash .ci/run", "echo '${{ github.event.pull_request.title }}'", "template-inj"),
    (ways_in, "workflows/check.yml", "bash .ci/run", "bash .ci/run ${{ matrix.x }}", "linux: pastes a value"),
    (ways_in, "workflows/weekly.yml", "command: make links", "command: make ${{ github.actor }}", "look: pastes"),
    (ways_in, "workflows/check.yml", "persist-credentials: false", "clean: true", "artipacked"),
    (ways_in, "workflows/check.yml", "on:\n", "on: [\n", "zizmor gave up"),
    (misspelled, "workflows/check.yml", "runs-on:", "run-on:", "check.yml: .*run-on"),
    (misspelled, "workflows/check.yml", "runs-on: ubuntu", "runs-on: [ubuntu", "check.yml: Failed to parse"),
    (misspelled, "actions/set-up/action.yml", "using: composite", "using: magic", "action.yml: "),
    (misspelled, "dependabot.yml", "interval: weekly", "interval: fortnightly", "dependabot.yml: .*fortnightly"),
    (misspelled, "dependabot.yml", "version: 2", "", "dependabot.yml: 'version' is a required"),
    (misspelled, "ISSUE_TEMPLATE/wrong-fact.yml", "type: textarea", "type: essay", "wrong-fact.yml: .*essay"),
    (misspelled, "ISSUE_TEMPLATE/config.yml", "true", "perhaps", "config.yml: .*perhaps"),
    (not_there, "workflows/check.yml", "make site", "make sight", "preview: .*No rule to make"),
    (not_there, "workflows/weekly.yml", "make check site", "make check sight", "look: .*No rule to make"),
    (not_there, "workflows/weekly.yml", "scripts/look.py", "scripts/gaze.py", r"look: there is no \S+/gaze\.py"),
    (not_there, "workflows/check.yml", "bash .ci/run", "bash .ci/walk", r"linux: there is no \.ci/walk"),
    (not_there, "workflows/pages.yml", "$/.github/actions/set-up", "$/.github/actions/sit-up", "build: there is no"),
    (unpinned, "workflows/check.yml", CHECKOUT, "uses: actions/checkout@v7", "check.yml: actions/checkout@v7"),
    (unpinned, "workflows/check.yml", CHECKOUT, CHECKOUT.partition(" #")[0], "check.yml: actions/checkout@3d3c"),
    (unpinned, "actions/set-up/action.yml", " # v6.2.0", " # newest", "action.yml: actions/setup-python@"),
    (too_free, "workflows/check.yml", "pull_request:", "pull_request_target:", "check.yml: pull_request_target"),
    (too_free, "workflows/check.yml", "permissions: {}", "permissions: read-all", "check.yml: rights for every job"),
    (too_free, "workflows/check.yml", "    permissions:\n      contents: read\n", "", "linux: no list of permissions"),
    (too_free, "workflows/check.yml", "permissions:\n      contents: read", "permissions: write-all", "linux: no list"),
    (too_free, "workflows/check.yml", "    timeout-minutes: 60\n", "", "linux: no timeout-minutes"),
    (too_free, "workflows/pages.yml", "concurrency: pages", "# ", "pages.yml: no concurrency"),
    (too_free, "workflows/check.yml", "persist-credentials: false", "clean: true", "linux: a checkout that keeps"),
    (too_free, "workflows/release.yml", "gh release create", "make book; gh release create", "release: may write, and"),
    (unexplained, "workflows/pages.yml", "# What is merged is published", "# Pages\n#", "pages.yml"),
])
def test_a_copy_that_was_made_worse_is_refused(spoil, check, file, good, bad, remark):
    remarks = check(spoil(file, good, bad))
    assert any(re.search(remark, line) for line in remarks), remarks


def test_a_file_that_is_missing_altogether_is_missed(spoil):
    copy = spoil("dependabot.yml", "version: 2", "version: 2")
    (copy / ".github/dependabot.yml").unlink()
    assert misspelled(copy) == ["there is no dependabot.yml"]
