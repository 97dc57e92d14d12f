"""What is asked of an event log: which events mean what, since when, and what would make somebody act.

Everything here comes from the parameters of the notebook. A parameter that cannot be meant is refused in one line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mlpm import InputError, checks, tables

KINDS = ("users", "mean")
NUMBER = r"[+−-]?\s*\d+(?:\.\d+)?\s*%?"
ENDS = rf"(?P<low>{NUMBER})\s*(?:to|,|–|\.\.)\s*(?P<high>{NUMBER})"
WIN = re.compile(rf"(?P<name>[^:]+):\s*(?P<effect>{NUMBER})\s*(?:\(\s*{ENDS}\s*\))?")
LONGEST_DAYS = 3_660


@dataclass(frozen=True)
class Columns:
    """The reader's names for the columns of the log; `value` and `group` may be empty."""

    user: str
    time: str
    event: str
    value: str = ""
    group: str = ""


@dataclass(frozen=True)
class Guardrail:
    """Something that must not rise above its limit among the users who have the launches.

    kind: "users", the share of users with the event; "mean", the mean of its values.
    """

    event: str
    kind: str
    limit: float


@dataclass(frozen=True)
class Win:
    """A launch as it was announced: relative effect as a share, with the interval of its own test if known."""

    name: str
    effect: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Question:
    """The parameters, read and checked; the notebook says what each means."""

    first: str
    activation: str
    activation_days: int
    back: tuple[str, ...]
    back_from: int
    back_to: int
    outcome: str
    began: date | None
    outcome_from: date | None
    until: date | None
    held: str
    holdout_share: float
    sampled: float
    activation_floor: float
    back_floor: float
    guardrails: tuple[Guardrail, ...]
    minimum: float
    wins: tuple[Win, ...]
    tried: int
    margin: float

    @property
    def events(self) -> list[tuple[str, str]]:
        """Parameter and event for every event that is named."""
        named = [("first", self.first), ("activation", self.activation), ("outcome", self.outcome)]
        named += [("back", event) for event in self.back] + [("guardrails", rail.event) for rail in self.guardrails]
        return [(parameter, event) for parameter, event in named if event]

    @property
    def expected_share(self) -> float:
        """Share of the users in the file who should be held out: the rest may have been thinned."""
        return self.holdout_share / (self.holdout_share + (1 - self.holdout_share) * self.sampled)


def ask(
    *,
    first: str = "",
    activation: str,
    activation_days: int = 7,
    back: str = "",
    back_from: int = 28,
    back_to: int = 55,
    outcome: str,
    began: str = "",
    outcome_from: str = "",
    until: str = "",
    held: str = "",
    holdout_share: float = 0.05,
    sampled: float = 1.0,
    activation_floor: float = 0.0,
    back_floor: float = 0.0,
    guardrails: str = "",
    minimum: float = 0.01,
    wins: str = "",
    win_intervals: str = "",
    tried: int = 0,
    margin: float = 1.0,
) -> Question:
    """Read the parameters of the notebook. Lists are separated by commas; empty text means none. Raises InputError."""
    for parameter, event in (("activation", activation), ("outcome", outcome)):
        if not str(event).strip():
            raise InputError(f"Parameter {parameter} is empty. Name the event.")
    checks.count("activation_days", activation_days)
    checks.count("back_from", back_from, least=1)
    checks.count("back_to", back_to, least=back_from)
    for parameter, days in (("activation_days", activation_days), ("back_to", back_to)):
        checks.number(parameter, days, high=LONGEST_DAYS, meaning=f"days, at most {LONGEST_DAYS:,}")
    for parameter, share in (("activation_floor", activation_floor), ("back_floor", back_floor), ("margin", margin)):
        checks.share(parameter, share)
    checks.number("minimum", minimum, 0, 1, "a share of the outcome from 0 to 1, such as 0.01 for one percent")
    checks.number("holdout_share", holdout_share, 0.0001, 0.9999, "a share between 0 and 1, such as 0.05")
    checks.number("sampled", sampled, 0.0001, 1, "a share above 0 up to 1; 1 if the file holds everybody")
    announced = read_wins(wins, win_intervals)
    checks.count("tried", tried)
    if 0 < tried < len(announced):
        raise InputError(
            f"Parameter tried is {tried}, but wins names {len(announced)} launches. "
            "Give how many tests those wins came out of, won or lost, or 0 if nobody knows."
        )
    days = {"began": began, "outcome_from": outcome_from, "until": until}
    return Question(
        first=str(first).strip(),
        activation=str(activation).strip(),
        activation_days=activation_days,
        back=tuple(tables.names(str(back))),
        back_from=back_from,
        back_to=back_to,
        outcome=str(outcome).strip(),
        **{parameter: read_day(parameter, text) for parameter, text in days.items()},
        held=str(held).strip(),
        holdout_share=holdout_share,
        sampled=sampled,
        activation_floor=activation_floor,
        back_floor=back_floor,
        guardrails=read_guardrails(guardrails),
        minimum=minimum,
        wins=announced,
        tried=tried,
        margin=margin,
    )


def read_day(parameter: str, text: str) -> date | None:
    """`2026-03-02` as a date; None for empty text. Raises InputError."""
    if not str(text).strip():
        return None
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        raise InputError(f"Parameter {parameter} is {text!r}. Give a day like 2026-03-02, or leave it empty.") from None


def read_guardrails(text: str) -> tuple[Guardrail, ...]:
    """`complaint:users:0.06, page_ms:mean:420` as guardrails. Raises InputError."""
    rails = []
    for entry in tables.names(str(text)):
        parts = [part.strip() for part in entry.rsplit(":", 2)]
        try:
            limit = float(parts[-1])
        except ValueError:
            limit = -1.0
        sound = len(parts) == 3 and parts[0] and parts[1] in KINDS and 0 < limit < float("inf")
        if not sound or (parts[1] == "users" and limit > 1):
            raise InputError(
                f"Parameter guardrails: '{entry}' is not a guardrail. Write event:users:limit with the share of users, "
                "like complaint:users:0.06, or event:mean:limit with the mean of its values, like page_ms:mean:420."
            )
        if parts[0] in [rail.event for rail in rails]:
            raise InputError(f"Parameter guardrails: '{parts[0]}' is named twice. Give each event one limit.")
        rails.append(Guardrail(parts[0], parts[1], limit))
    return tuple(rails)


def read_wins(text: str, intervals: str = "") -> tuple[Win, ...]:
    """`new order: 3.0 (0.8 to 5.3), alerts: 2.5` as wins, percent of the outcome. Raises InputError.

    intervals: all intervals instead, in the order of the wins, `0.8 to 5.3, 0.4 to 4.6`.
    """
    if str(intervals).strip():
        text = _with_intervals(str(text), str(intervals))
    wins = []
    for entry in re.split(r",(?![^(]*\))", str(text)):
        if not entry.strip():
            continue
        match = WIN.fullmatch(entry.strip())
        if match is None:
            raise InputError(
                f"Parameter wins: '{entry.strip()}' is not a launch. "
                "Write name: percent, like alerts: 2.5, or with its interval, like alerts: 2.5 (0.4 to 4.6)."
            )
        effect, low, high = (_percent(match[part]) for part in ("effect", "low", "high"))
        if low is not None and not low < effect < high:
            raise InputError(
                f"Parameter wins: '{entry.strip()}' lies outside its own interval. Write low to high around the effect."
            )
        name = " ".join(match["name"].split())
        if name in [win.name for win in wins]:
            raise InputError(f"Parameter wins: '{name}' is named twice. Name each launch once.")
        wins.append(Win(name, effect, low, high))
    return tuple(wins)


def _with_intervals(text: str, intervals: str) -> str:
    """The wins, each with its interval in parentheses."""
    wins, ends = tables.names(text), tables.names(intervals)
    wrong = next((end for end in ends if not re.fullmatch(ENDS, end)), None)
    if wrong is not None:
        raise InputError(
            f"Parameter win_intervals: '{wrong}' is no interval. Write low to high in percent: 0.8 to 5.3."
        )
    if len(wins) != len(ends):
        raise InputError(
            f"Parameter win_intervals holds {len(ends)} intervals for {len(wins)} wins. "
            "Give one for each win, in the same order, or leave it empty."
        )
    return ", ".join(f"{win} ({end})" for win, end in zip(wins, ends, strict=True))


def _percent(text: str | None) -> float | None:
    return None if text is None else float(re.sub(r"[\s%]", "", text).replace("−", "-")) / 100


def unknown(word: str, there: Sequence[str]) -> str:
    """`Did you mean 'contact'? There are: …` for a word that is not there."""
    import difflib

    close = difflib.get_close_matches(word.casefold(), [name.casefold() for name in there], n=1)
    near = next((name for name in there if close and name.casefold() == close[0]), None)
    shown = ", ".join(f"'{name}'" for name in there[:8]) + (" …" if len(there) > 8 else "")
    return (f"Did you mean '{near}'? " if near else "") + f"There are {shown}"
