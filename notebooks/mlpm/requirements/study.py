"""One acceptance line and its test: what it shows, whom it fails, and how long it holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, prod

import pandas as pd

from mlpm import InputError, checks, proportions
from mlpm.proportions import Acceptance

VERDICTS = ("holds", "misses", "open")
DECISIONS = ("accept", "accept_except", "silent", "more", "reject")
# Shares a reader compares a line with.
LINES = (0.80, 0.90, 0.95, 0.99)


def verdict(test: Acceptance, hits: int) -> str:
    """holds: the lower end reaches the line. misses: the upper end is below it. open: the test cannot tell."""
    return "holds" if test.passes(hits) else "misses" if test.fails(hits) else "open"


@dataclass(frozen=True)
class Slice:
    """A part of the judged items: `right` of `judged` were."""

    name: str
    judged: int
    right: int

    def __post_init__(self):
        checks.count(f"slices, judged of '{self.name}'", self.judged, 1)
        right = f"slices, right of '{self.name}'"
        checks.number(right, checks.count(right, self.right), 0, self.judged, f"a number from 0 to {self.judged}")


def read_slices(text: str) -> dict[str, tuple[int, int]]:
    """`"shops: 29/30, garden: 28/30"` as slice → (judged, right); empty for no slices. Raises InputError."""
    found: dict[str, tuple[int, int]] = {}
    for part in text.split(",") if isinstance(text, str) else [text]:
        match = re.fullmatch(r"(.*\S)\s*:\s*(\d+)\s*/\s*(\d+)", part.strip()) if isinstance(part, str) else None
        if isinstance(part, str) and not part.strip():
            continue
        if not match or match[1] in found:
            again = "is named twice" if match else "cannot be read"
            raise InputError(
                f"Parameter slices: {str(part).strip()!r} {again}. Give each slice once, as name: right/judged."
            )
        found[match[1]] = int(match[3]), int(match[2])
    return found


@dataclass(frozen=True)
class Study:
    """line: the share asked for. `right` of `judged` items were right. slices: name → (judged, right), adding up to it.

    hoped, sorry: true shares of a model you would be glad, and sorry, to have launched. chance: with which a model as
    good as hoped should pass. bad_slice: true share in a slice that you want to be told of. monthly, months, fallen:
    items judged a month after launch, for how long, and a true share that has to be noticed. messages, today: what one
    user asks for, and the share right without the product. per_day: items that can be judged in a day.
    spoken, floor: of all cases, the share about which the product says so, and the share it has to, so that a line is
    not met by silence; a floor of 0 asks for nothing.
    """

    line: float
    judged: int
    right: int
    slices: Mapping[str, tuple[int, int]]
    hoped: float = 0.95
    sorry: float = 0.87
    chance: float = 0.8
    bad_slice: float = 0.8
    monthly: int = 400
    months: int = 12
    fallen: float = 0.85
    messages: int = 5
    today: float = 0.6
    per_day: int = 50
    spoken: float = 1.0
    floor: float = 0.0

    def __post_init__(self):
        checks.count("judged", self.judged, 1)
        Acceptance(self.line, self.judged)
        checks.number("right", checks.count("right", self.right), 0, self.judged, f"a number from 0 to {self.judged}")
        for name in ("hoped", "sorry", "bad_slice", "fallen", "today"):
            checks.share(name, getattr(self, name))
        checks.number("chance", self.chance, 0.01, 0.99, "a probability from 0.01 to 0.99")
        for name in ("spoken", "floor"):
            checks.number(name, getattr(self, name), 0, 1, "a share from 0 to 1")
        for name in ("monthly", "months", "messages", "per_day"):
            checks.count(name, getattr(self, name), 1)
        if not self.sorry < self.line < self.hoped:
            raise InputError(
                f"Parameters sorry, line, hoped are {self.sorry:g}, {self.line:g}, {self.hoped:g}. "
                "Give sorry below the line and hoped above it."
            )
        sums = tuple(sum(one[i] for one in self.parts.values()) for i in (0, 1)) if self.slices else None
        if sums and sums != (self.judged, self.right):
            raise InputError(
                f"Parameter slices adds up to {sums[1]} of {sums[0]}, but right and judged are {self.right} of "
                f"{self.judged}. Give every judged item to one slice."
            )

    @property
    def parts(self) -> dict[str, tuple[int, int]]:
        """The slices, each checked."""
        return {one.name: (one.judged, one.right) for one in (Slice(name, *of) for name, of in self.slices.items())}

    # --- The gate -------------------------------------------------------------------------------------------------

    @cached_property
    def test(self) -> Acceptance:
        return Acceptance(self.line, self.judged)

    @property
    def low(self) -> float:
        return self.test.lower(self.right)

    @property
    def high(self) -> float:
        return self.test.upper(self.right)

    @property
    def verdict(self) -> str:
        return verdict(self.test, self.right)

    def gate(self) -> pd.DataFrame:
        """Chance to pass by true share: truth, passes."""
        seen = self.right / self.judged
        truths = sorted({self.sorry, self.line, self.hoped, *([seen] if self.line < seen < 1 else [])})
        return pd.DataFrame({"truth": truths, "passes": self.test.chance(truths)})

    def items(self) -> pd.DataFrame:
        """Items a model needs to pass with `chance`, by true share: truth, items, days."""
        room = 1 - self.line
        truths = sorted({self.hoped, *(round(self.line + part * room, 4) for part in (0.2, 0.3, 0.5, 0.7))})
        rows = [(truth, proportions.trials_needed(self.line, truth, self.chance)) for truth in truths]
        return pd.DataFrame(
            [(truth, needed, ceil(needed / self.per_day)) for truth, needed in rows if needed],
            columns=["truth", "items", "days"],
        )

    @property
    def needed(self) -> int | None:
        """Items with which a model as good as hoped passes with `chance`."""
        return proportions.trials_needed(self.line, self.hoped, self.chance)

    @property
    def again(self) -> int | None:
        """Items with which a model passes with `chance` if it is as good as was seen; None where that is no better."""
        return proportions.trials_needed(self.line, self.right / self.judged, self.chance)

    # --- What a user meets ----------------------------------------------------------------------------------------

    def use(self) -> pd.DataFrame:
        """Lines beside each other: share, meets (chance that one of `messages` is wrong), items to show such a line.

        items: for a model halfway between the line and 1, with `chance`; missing for today's share, which no one shows.
        """
        lines = sorted({self.today, self.line, *(line for line in LINES if line > self.today)})
        rows = [
            (line, 1 - line**self.messages,
             None if line == self.today else proportions.trials_needed(line, (1 + line) / 2, self.chance))
            for line in lines
        ]
        return pd.DataFrame(rows, columns=["share", "meets", "items"]).astype({"items": "Int64"})

    # --- Slices ---------------------------------------------------------------------------------------------------

    def by_slice(self) -> pd.DataFrame:
        """One row a slice: slice, judged, right, low, high, verdict, least (None: not even all), passes, caught.

        passes: chance to pass by itself if it is as good as hoped. caught: chance to be shown to miss if it is as bad
        as `bad_slice`.
        """
        rows = []
        for name, (judged, right) in self.parts.items():
            test = Acceptance(self.line, judged)
            rows.append((
                name, judged, right, test.lower(right), test.upper(right), verdict(test, right), test.least,
                test.chance(self.hoped), float(test.alarm_chance(self.bad_slice)),
            ))
        columns = ["slice", "judged", "right", "low", "high", "verdict", "least", "passes", "caught"]
        return pd.DataFrame(rows, columns=columns).astype({"least": "Int64"})

    @property
    def missing(self) -> list[str]:
        """The slices shown to miss the line."""
        found = self.by_slice()
        return found.loc[found.verdict == "misses", "slice"].tolist()

    @property
    def rest(self) -> tuple[int, int]:
        """judged, right of the items outside the slices that miss."""
        kept = [of for name, of in self.parts.items() if name not in self.missing]
        return sum(judged for judged, _ in kept), sum(right for _, right in kept)

    @property
    def all_pass(self) -> float:
        """The chance that every slice passes by itself, if all are as good as hoped."""
        return prod(self.by_slice().passes)

    def any_alarm(self, quality: float) -> float:
        """The chance that some slice is shown to miss, although all are truly right on a share `quality`."""
        return float(1 - prod(
            1 - Acceptance(self.line, judged).alarm_chance(quality) for judged, _ in self.parts.values()
        ))

    @property
    def each_slice(self) -> int | None:
        """Items in each slice with which all of them pass with `chance`, if all are as good as hoped."""
        if not self.slices:
            return None
        return proportions.trials_needed(self.line, self.hoped, proportions.each_needs(self.chance, len(self.slices)))

    @property
    def decision(self) -> str:
        """accept, accept_except (a slice is shown to miss), silent (below the floor), more (cannot tell) or reject."""
        if self.verdict == "misses":
            return "reject"
        if self.verdict == "open":
            return "more"
        if self.spoken < self.floor:
            return "silent"
        return "accept_except" if self.missing else "accept"

    # --- After launch ---------------------------------------------------------------------------------------------

    @cached_property
    def check(self) -> Acceptance:
        """The same line, on the items of one month."""
        return Acceptance(self.line, self.monthly)

    @property
    def fails_once(self) -> float:
        """The chance that a model as good as hoped fails the launch test at least once, repeated for `months`."""
        return 1 - self.check.chance(self.hoped) ** self.months

    def false_alarm(self, quality: float) -> float:
        """The chance that a model truly right on a share `quality` is shown to miss at least once in `months`."""
        return float(1 - (1 - self.check.alarm_chance(quality)) ** self.months)

    def noticed(self, months: int) -> float:
        """The chance that a fall to `fallen` is shown within so many months."""
        return float(1 - (1 - self.check.alarm_chance(self.fallen)) ** months)
