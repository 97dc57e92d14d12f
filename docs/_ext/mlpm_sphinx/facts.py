"""Facts that expire: one row each in facts.toml, shown with the day they were last looked up.

{fact}`key`          the value of a row, and the date beside it as a link to the row
{facts} key key …    a table of some rows: claim, value, date
{facts-table}        every row, area by area, and what changed (on the page of facts only)

`make facts` lists the rows whose next check is past. A date never breaks a build.
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import OptionSpec

logger = logging.getLogger(__name__)

FILE = "docs/resources/facts.toml"
CONFIDENCE = {
    "read": "read in the source",
    "reported": "as reported by others",
    "unsure": "not settled",
}
# area → its heading on the page of facts
AREAS = {
    "ai-act": "The EU AI Act",
    "data-protection": "Data protection",
    "other-law": "Other law",
    "standards": "Standards and frameworks",
    "security": "Security lists",
    "prices": "Prices",
    "services": "Services, courses and products",
    "measures": "Measures and statistics",
}


@dataclass(frozen=True)
class Fact:
    """claim: what the value is of; source: a key of the bibliography; changed: newest first, each `date: what`."""

    key: str
    area: str
    claim: str
    value: str
    as_of: date
    next_check: date
    source: str
    confidence: str
    changed: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"fact-{self.key}"


def parse(text: str) -> dict[str, Fact]:
    """Return the rows by key, in the order of the file.

    ValueError: it is not TOML, or rows lack something; one line each, with the row, the column and what is allowed.
    """
    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"{FILE}: {problem}") from problem
    faults = [f"{FILE}: [{key}] {fault}" for key, row in rows.items() for fault in _faults(row)]
    if faults:
        raise ValueError("\n".join(faults))
    return {key: Fact(key, **{**row, "changed": tuple(row.get("changed", ()))}) for key, row in rows.items()}


def _faults(row: object) -> Iterator[str]:
    """Say what is wrong with a row."""
    if not isinstance(row, dict):
        yield "is not a table of claim, value, as_of, next_check, source, confidence"
        return
    known = {field.name for field in fields(Fact)} - {"key"}
    yield from (f"has {name!r}, which is not one of {', '.join(sorted(known))}" for name in sorted(row.keys() - known))
    yield from (
        f"needs {name}: one line of text"
        for name in ("claim", "value", "source")
        if not (isinstance(row.get(name), str) and row[name].strip() and "\n" not in row[name])
    )
    yield from (f"needs {name}: a date such as 2026-11-22, without quotes" for name in ("as_of", "next_check")
                if type(row.get(name)) is not date)
    if row.get("confidence") not in CONFIDENCE:
        yield f"needs confidence: one of {', '.join(CONFIDENCE)}"
    if row.get("area") not in AREAS:
        yield f"needs area: one of {', '.join(AREAS)}"
    if type(row.get("as_of")) is type(row.get("next_check")) is date and row["next_check"] <= row["as_of"]:
        yield f"is to be checked on {row['next_check']}, which is not after {row['as_of']}"
    changed = row.get("changed", [])
    if not isinstance(changed, list) or not all(isinstance(line, str) and _dated(line) for line in changed):
        yield 'needs changed: a list of texts such as "2026-07-27: what became different"'


def _dated(line: str) -> bool:
    day, colon, what = line.partition(": ")
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return bool(colon and what.strip())


@lru_cache(maxsize=2)
def _read(path: str, changed: int) -> dict[str, Fact]:
    return parse(Path(path).read_text(encoding="utf-8"))


def load(root: Path) -> dict[str, Fact]:
    """Return the rows by key. root: the source folder. ValueError: see parse."""
    path = root / FILE
    return _read(str(path), path.stat().st_mtime_ns) if path.exists() else {}


def missing(key: str) -> str:
    """What is said of a key that no row has, on a page and in a form."""
    return f"{FILE} has no row [{key}]: add it, or correct the key"


def overdue(facts: dict[str, Fact], today: date) -> list[Fact]:
    """Rows whose next check is past, the longest overdue first."""
    return sorted((fact for fact in facts.values() if fact.next_check < today), key=lambda fact: fact.next_check)


def plain(fact: Fact) -> str:
    """A fact where there are no links: in a form."""
    return f"{fact.value} (as of {fact.as_of})"


# --- On a page ----------------------------------------------------------------------------------------------------


def _known(env: BuildEnvironment) -> dict[str, Fact]:
    """The rows; what is wrong with the file is said once a page, and the page is built without them."""
    env.note_dependency(FILE)
    try:
        return load(Path(env.srcdir))
    except ValueError as problem:
        logger.warning("%s", problem, location=env.docname, type="facts")
        return {}


def _as_of(env: BuildEnvironment, fact: Fact) -> nodes.Element:
    """The date as a link to the row."""
    link = addnodes.pending_xref(
        "", refdomain="std", reftype="ref", reftarget=fact.label, refexplicit=True, refwarn=True, refdoc=env.docname
    )
    link += nodes.inline("", f"as of {fact.as_of}")
    return nodes.inline("", "", link, classes=["as-of"])


class FactRole(SphinxRole):
    """{fact}`key`: the value of a row with its date."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        fact = _known(self.env).get(self.text)
        if fact is None:
            logger.warning("%s", missing(self.text), location=self.get_location(), type="facts")
            return [nodes.Text(self.text)], []
        return [nodes.Text(f"{fact.value} "), _as_of(self.env, fact)], []


class FactsDirective(SphinxDirective):
    """{facts} key key …: a table of some rows."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        known, keys = _known(self.env), self.arguments[0].split()
        for key in keys:
            if key not in known:
                logger.warning("%s", missing(key), location=self.get_location(), type="facts")
        # The date leads to the row, which names the source: a third column is too much for a phone.
        lines = ["| what | as it stands |", "|---|---|"]
        lines += [f"| {known[key].claim} | {{fact}}`{key}` |" for key in keys if key in known]
        return self.parse_text_to_nodes("\n".join(lines))


class FactsTable(SphinxDirective):
    """{facts-table}: every row, area by area, then what changed."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        known = _known(self.env).values()
        found: list[nodes.Node] = []
        for area, heading in AREAS.items():
            rows = [fact for fact in known if fact.area == area]
            if rows:
                found.append(self._section(heading, [self._row(fact) for fact in rows]))
        changes = sorted(
            ((*line.split(": ", 1), fact) for fact in known for line in fact.changed),
            key=lambda change: change[0],
            reverse=True,
        )
        if changes:
            lines = [
                f"- {day}, {{ref}}`{fact.claim} <{fact.label}>`: {what.rstrip('.')}." for day, what, fact in changes
            ]
            found.append(self._section("What changed, newest first", self.parse_text_to_nodes("\n".join(lines))))
        return found

    def _section(self, heading: str, content: list[nodes.Node]) -> nodes.section:
        section = nodes.section("", nodes.title("", heading), *content, ids=[nodes.make_id(heading)])
        section["names"] = [nodes.fully_normalize_name(heading)]
        return section

    def _row(self, fact: Fact) -> nodes.container:
        """A row as a short entry that a link can lead to."""
        domain = self.env.domains.standard_domain
        domain.anonlabels[fact.label] = self.env.docname, fact.label
        domain.labels[fact.label] = self.env.docname, fact.label, fact.claim
        checked = (
            f"As of {fact.as_of}, {CONFIDENCE[fact.confidence]} {{cite}}`{fact.source}`; "
            f"to be checked by {fact.next_check}."
        )
        lines = [f"**{fact.claim}**: {fact.value}.", "", checked]
        return nodes.container("", *self.parse_text_to_nodes("\n".join(lines)), classes=["fact"], ids=[fact.label])


def main() -> None:
    """Print the rows whose next check is past; a date is never a failure, a broken file is."""
    try:
        facts = load(Path.cwd())
    except ValueError as problem:
        sys.exit(str(problem))
    late = overdue(facts, date.today())
    for fact in late:
        print(f"{fact.next_check}  [{fact.key}] {fact.claim}: {fact.value} (as of {fact.as_of}, {fact.source})")
    print(f"{len(late)} of {len(facts)} facts are past their next check.")


def setup(app: Sphinx) -> None:
    app.add_role("fact", FactRole())
    app.add_directive("facts", FactsDirective)
    app.add_directive("facts-table", FactsTable)
