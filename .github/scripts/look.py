"""Run one check of the week and leave in _build/week what its issue needs: title, trouble (yes or no) and report.md.

TITLE    of the issue
COMMAND  what to run, for bash; trouble is yes if it does not end with 0
REPORT   a Markdown file that the command writes; without it the report is the end of what the command said

Ends with 0, trouble or not; with 1 if the report that was promised is not there: then nothing is left for the issue.
"""

import os
import subprocess
import sys
from pathlib import Path

OUT = Path("_build/week")
LINES, WIDTH = 60, 300  # an issue holds 65,536 characters
MINUTES = 120  # less than the job has: what hangs is reported too


def run(command: str, log: Path) -> int:
    """Run a command and what it starts, all it says into a file; return its code, 124 if the time was up."""
    limit = ["timeout", "--kill-after=1m", f"{MINUTES}m"]
    with log.open("w") as said:
        return subprocess.run([*limit, "bash", "-euo", "pipefail", "-c", command], stdout=said, stderr=said).returncode


def report(command: str, code: int, said: str) -> str:
    """Return the end of what a command said, in a fence that nothing it says can close."""
    end = [line[:WIDTH] for line in said.splitlines()[-LINES:]]
    longest = max((len(line) - len(line.lstrip("~")) for line in map(str.strip, end)), default=0)
    fence = "~" * max(3, longest + 1)
    asked = "\n".join(f"    {line}" for line in command.strip().splitlines())
    return f"This ended with {code}:\n\n{asked}\n\nThe last it said:\n\n{fence}text\n" + "\n".join(end) + f"\n{fence}\n"


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    log = OUT.with_suffix(".log")
    command, promised = os.environ["COMMAND"], os.environ.get("REPORT")
    code = run(command, log)
    said = log.read_text(encoding="utf-8", errors="replace")
    print(said, flush=True)
    if promised and not Path(promised).is_file():
        print(f"The check broke down: there is no {promised}.", file=sys.stderr)
        return 1
    text = Path(promised).read_text(encoding="utf-8") if promised else report(command, code, said)
    server, name, number = (os.environ[f"GITHUB_{key}"] for key in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    text += f"\nEverything it said: [the run]({server}/{name}/actions/runs/{number}).\n"
    (OUT / "report.md").write_text(text, encoding="utf-8")
    (OUT / "title").write_text(os.environ["TITLE"], encoding="utf-8")
    (OUT / "trouble").write_text("yes" if code else "no", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
