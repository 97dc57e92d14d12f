"""A metric as the product of its nodes, so that everybody sees which of them a piece of work can move."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mlpm import InputError, checks


@dataclass(frozen=True)
class Node:
    """One factor. now: its value; reach: what whoever moves it believes possible in the period; who: moves it."""

    name: str
    now: float
    reach: float
    who: str = ""

    def __post_init__(self) -> None:
        for field in ("now", "reach"):
            checks.number(f"{field} of {self.name!r}", getattr(self, field), 1e-12, meaning="a number above 0")

    @property
    def is_share(self) -> bool:
        """A share moves in points; anything else only in parts of itself."""
        return self.now < 1


@dataclass(frozen=True)
class Tree:
    """The nodes whose product is the outcome, in euros or whatever the outcome is counted in, for one period."""

    nodes: Sequence[Node]

    def __post_init__(self) -> None:
        if len({node.name for node in self.nodes}) < max(2, len(self.nodes)):
            raise InputError("A tree needs at least two nodes with different names.")

    @property
    def value(self) -> float:
        """The outcome today."""
        return math.prod(node.now for node in self.nodes)

    def worth(self) -> pd.DataFrame:
        """One row a node: node, now, one_percent, one_point, reach, gain, who; worth in the unit of the outcome.

        one_percent: of one percent more of itself, the same for all. one_point: of one point more, for shares.
        gain: of what is believed possible, the other nodes as they are.
        """
        rows = [
            {
                "node": node.name, "now": node.now, "one_percent": 0.01 * self.value,
                "one_point": self.value * 0.01 / node.now if node.is_share else math.nan,
                "reach": node.reach, "gain": self.value * (node.reach / node.now - 1), "who": node.who,
            }
            for node in self.nodes
        ]
        return pd.DataFrame(rows)

    def what_moved(self, then: Sequence[float]) -> pd.DataFrame:
        """Share out the change of the outcome among the nodes: node, now, then, change (of itself), part.

        A node's part is ln(then ÷ now) of itself × the logarithmic mean of the outcome before and after. The parts add
        up to the change exactly, in whatever order the nodes stand (logarithmic mean Divisia index, additive; B. W.
        Ang, Energy Policy 33, 2005).
        """
        if len(then) != len(self.nodes):
            raise InputError(f"{len(self.nodes)} nodes have {len(then)} values at the end. Give one for each.")
        rows = []
        for node, value in zip(self.nodes, then, strict=True):
            checks.number(f"{node.name!r} at the end", value, 1e-12, meaning="a number above 0")
            rows.append((node.name, node.now, value, value / node.now - 1, math.log(value / node.now)))
        frame = pd.DataFrame(rows, columns=["node", "now", "then", "change", "log"])
        before, after, logs = self.value, math.prod(then), float(frame["log"].sum())
        # The mean has a hole where nothing changed in sum; its limit there is the value itself.
        mean = before if abs(logs) < 1e-9 else (after - before) / logs
        return frame.assign(part=frame.pop("log") * mean)
