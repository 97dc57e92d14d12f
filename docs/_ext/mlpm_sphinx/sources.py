"""Sources: what an entry of the bibliography says beyond BibTeX's own fields, whether it is right, and the exports.

references.bib is the only source. What a catalogue of books has no field for stands in `keywords` (Zotero: tags), the
sentence why in `annote` (Zotero: a note), the day somebody saw the address in `urldate` (Zotero: accessed):

    keywords = {kind:book, area:strategy, area:trap-1, topic:discovery, level:1, cost:paid, cost-seen:2026-11-26,
                status:live, named-by:A, seen:read},

An entry with a kind belongs to the library: it is worth a reader's time. The others back a claim, and say only how sure
we are of it (seen).
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache

from pybtex.backends.plaintext import Backend
from pybtex.database import BibliographyData, Entry
from pybtex.database.output.bibtex import Writer
from pybtex.richtext import Text

FILE = "docs/resources/references.bib"

KINDS = {
    "book": "Book",
    "article": "Article",
    "paper": "Paper",
    "course": "Course",
    "guide": "Guide",
    "tool": "Tool",
    "talk": "Talk",
    "podcast": "Podcast",
    "standard": "Law or standard",
    "list": "List",
}
AREAS = {
    "strategy": "Strategy",
    "delivery": "Delivery",
    "influencing": "Influencing",
    "tech-fluency": "Tech fluency",
    "career": "Career",
    "trap-1": "Trap 1: work before the role",
    "trap-2": "Trap 2: the engineering manager's work",
    "trap-3": "Trap 3: the operations manager's work",
}
TOPICS = {
    "discovery": "What is worth building",
    "value": "Value, prices and goals",
    "planning": "Scope, plans and phases",
    "experiments": "Experiments",
    "data": "Data, labels and raters",
    "design": "What users see and do",
    "people": "People, stories and decisions",
    "models": "Models and their metrics",
    "engineering": "Running it",
    "llm": "Language models and agents",
    "responsible": "Fairness, law and safety",
    "career": "Getting the job, and the first months",
}
LEVELS = {"1": "Anyone", "2": "Some experience", "3": "Dense"}
COSTS = {"free": "Free", "mixed": "Partly free", "paid": "Paid"}
# What a reader can filter by: name of the keyword → values.
CHOICES = {"area": AREAS, "topic": TOPICS, "kind": KINDS, "level": LEVELS, "cost": COSTS}
STATUSES = {"live": "Live", "paywalled": "Behind a paywall", "withdrawn": "Withdrawn"}
# How sure we are of what we say with a source; the same words as in facts.toml, and one for what everybody knows.
SEEN = {
    "read": "read in the source",
    "reported": "as reported by others",
    "known": "well known, not read again",
    "unsure": "not settled",
}
ARTICLES = ("A", "B")
_PLAIN = Backend()  # asked for by name, pybtex looks through every installed package, each time
WHY = (40, 180)  # characters of the sentence why


# --- One entry ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Resource:
    """An entry of the library. Days are ISO dates; an address may be missing, a check of it, too."""

    key: str
    title: str
    authors: str
    year: str
    kind: str
    areas: tuple[str, ...]
    topic: str
    level: int
    cost: str
    cost_seen: str
    status: str
    successor: str
    address: str
    checked: str
    named_by: tuple[str, ...]
    why: str


@cache
def plain(latex: str) -> str:
    """Return a field of a BibTeX entry as its readers see it."""
    return Text.from_latex(latex).render(_PLAIN).replace("\xa0", " ").replace("\\$", "$")


def tags(entry: Entry) -> dict[str, list[str]]:
    """Return the keywords that have the form name:value, by name."""
    found: dict[str, list[str]] = {}
    for word in entry.fields.get("keywords", "").split(","):
        name, colon, value = word.strip().partition(":")
        if colon:
            found.setdefault(name, []).append(value)
    return found


def in_library(entry: Entry) -> bool:
    """An entry with a kind is meant to be read; the others only back a claim."""
    return "kind" in tags(entry)


def address(entry: Entry) -> str:
    """Return where to find it: the web address, else the DOI's."""
    if "url" in entry.fields:
        return _verbatim(entry.fields["url"])
    return f"https://doi.org/{_verbatim(entry.fields['doi'])}" if "doi" in entry.fields else ""


def _verbatim(field: str) -> str:
    """An address as a browser takes it: Zotero puts a backslash before some signs, and ~ is itself."""
    return field.replace("\\", "")


def authors(entry: Entry) -> str:
    """`Huyen`, `Cagan and Jones`, `Yan and others`; organizations in full."""
    names = [plain(" ".join([*person.prelast_names, *person.last_names])) for person in entry.persons.get("author", [])]
    return names[0] + " and others" if len(names) > 2 else " and ".join(names)


def _day(value: str) -> bool:
    try:
        return date.fromisoformat(value) <= date.today()
    except ValueError:
        return False


def problems(key: str, entries: dict[str, Entry]) -> Iterator[str]:
    """Yield what is wrong with an entry, each with its remedy."""
    entry = entries[key]
    has = tags(entry)
    one = {"seen": SEEN}
    if in_library(entry):
        one |= {"kind": KINDS, "topic": TOPICS, "level": LEVELS, "cost": COSTS, "status": STATUSES}
        if not has.get("area") or not set(has["area"]) <= set(AREAS):
            yield f"needs keywords area:…, one or more of {', '.join(AREAS)}"
        if len(has.get("cost-seen", [])) != 1 or not _day(has["cost-seen"][0]):
            yield "needs a keyword cost-seen:…, the day on which its cost was seen, like 2026-01-31"
        if not entry.fields.get("title"):
            yield "needs a title"
        why = plain(entry.fields.get("annote", ""))
        if not WHY[0] <= len(why) <= WHY[1] or not why.endswith("."):
            yield f"needs annote: why it is worth the time, in a sentence of {WHY[0]} to {WHY[1]} characters"
        if ("withdrawn" in has.get("status", [])) != ("successor" in has):
            yield "needs status:withdrawn and successor:<key of what to take instead> together, or neither"
        if not set(has.get("named-by", [])) <= set(ARTICLES):
            yield "names an article that is none of A, B in named-by:…"
    for name, allowed in one.items():
        if len(has.get(name, [])) != 1 or has[name][0] not in allowed:
            yield f"needs one keyword {name}:…, one of {', '.join(allowed)}"
    for other in has.get("successor", []):
        if other not in entries:
            yield f"has a successor {other!r} that is no key of {FILE}"
    if "urldate" in entry.fields and not _day(entry.fields["urldate"]):
        yield "needs urldate: the day on which its address was seen, like 2026-01-31"
    if "urldate" in entry.fields and not address(entry):
        yield "says when its address was seen, but has neither url nor doi"


def resource(key: str, entry: Entry) -> Resource:
    """Return an entry of the library. It has no problems."""
    has = tags(entry)
    return Resource(
        key=key,
        title=plain(entry.fields["title"]),
        authors=authors(entry),
        year=entry.fields.get("year", ""),
        kind=has["kind"][0],
        areas=tuple(area for area in AREAS if area in has["area"]),
        topic=has["topic"][0],
        level=int(has["level"][0]),
        cost=has["cost"][0],
        cost_seen=has["cost-seen"][0],
        status=has["status"][0],
        successor=has.get("successor", [""])[0],
        address=address(entry),
        checked=entry.fields.get("urldate", ""),
        named_by=tuple(sorted(has.get("named-by", []))),
        why=plain(entry.fields["annote"]),
    )


def resources(entries: dict[str, Entry]) -> list[Resource]:
    """Return the library: by topic, what anyone can read first, then by title. Faulty entries are left out."""
    found = [
        resource(key, entry) for key, entry in entries.items() if in_library(entry) and not list(problems(key, entries))
    ]
    order = list(TOPICS)
    return sorted(found, key=lambda one: (order.index(one.topic), one.level, one.title.lower().lstrip("\"'“‘")))


# --- As files -----------------------------------------------------------------------------------------------------


def as_json(library: list[Resource]) -> str:
    return json.dumps([asdict(one) for one in library], ensure_ascii=False, indent=1) + "\n"


def as_csv(library: list[Resource]) -> str:
    out = io.StringIO()
    rows = [asdict(one) | {"areas": " ".join(one.areas), "named_by": " ".join(one.named_by)} for one in library]
    writer = csv.DictWriter(out, list(Resource.__dataclass_fields__), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class _AsRead(Writer):
    """Writes what was read: it is LaTeX already, and pybtex would escape it once more."""

    def _encode(self, text: str) -> str:
        return text

    _encode_with_comments = _encode


def as_bibtex(library: list[Resource], entries: dict[str, Entry]) -> str:
    return _AsRead().to_string(BibliographyData({one.key: entries[one.key] for one in library}))
