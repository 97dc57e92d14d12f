"""One log and one set of inputs, computed once: what the notebook, the memo and the chapter read from."""

import math
from dataclasses import dataclass

import pandas as pd
from scipy import stats

from mlpm import InputError, checks
from mlpm.proportions import Interval, wilson
from mlpm.tokens import prices as price_list
from mlpm.tokens.decision import decide
from mlpm.tokens.log import Log
from mlpm.tokens.prices import Price
from mlpm.tokens.tails import Tail
from mlpm.tokens.worth import Cascade, cascade, dearer, per_point, tasks_to_see

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Inputs:
    """What the log does not know. Euros.

    person: a task a person takes over; unsolved: one that ends with neither; month: tasks a month; running: a month,
    beside tokens and people who take over; points, times: a better model solves so many of 100 more at so many times
    the model cost; small: the cheaper model in the price list, empty for none; keeps, slips: share of tasks it keeps,
    of 100 that it gets wrong unnoticed; limit: milliseconds for the p95 of a turn, 0 for none.
    """

    person: float = 4.0
    unsolved: float = 0.0
    month: float = 10_000
    running: float = 0.0
    points: float = 4.0
    times: float = 3.0
    small: str = ""
    keeps: float = 0.7
    slips: float = 2.0
    limit: float = 0.0

    def __post_init__(self):
        for name in ("person", "month"):
            checks.number(name, getattr(self, name), 1e-9, meaning="a number above 0")
        for name, value in (("unsolved", self.unsolved), ("running", self.running), ("turn_limit", self.limit)):
            checks.number(name, value, 0, meaning="0 or a number above it")
        for name in ("points", "slips"):
            checks.number(name, getattr(self, name), 0, 100, "a number of 100 tasks, from 0 to 100")
        checks.number("times", self.times, 1, meaning="1 or more: how many times dearer")
        checks.share("keeps", self.keeps)


@dataclass(frozen=True)
class Findings:
    """Euros are a task unless named otherwise. whole: model, people, unsolved and running costs together."""

    log: Log
    prices: dict[str, Price]
    inputs: Inputs
    model: float
    plain: float
    held: float
    handed: Interval
    whole: Interval
    per_solved: Interval
    cascade: Cascade | None
    decision: str
    rule: str

    @property
    def people(self) -> float:
        return self.inputs.person * self.handed.value

    @property
    def unsolved(self) -> float:
        return self.inputs.unsolved * self.log.ended("lost") / self.log.tasks

    @property
    def running(self) -> float:
        return self.inputs.running / self.inputs.month

    @property
    def solved_share(self) -> float:
        """Share of tasks solved by the model or by a person."""
        return (self.log.ended("solved") + self.log.ended("handed")) / self.log.tasks

    @property
    def model_per_own(self) -> float:
        """Euros of model for each task the model solved itself: the figure that hides people."""
        own = self.log.ended("solved")
        return self.model * self.log.tasks / own if own else math.nan

    @property
    def times_model(self) -> float:
        """People's cost as a multiple of the model's."""
        return self.people / self.model if self.model else math.inf

    @property
    def point(self) -> float:
        """Euros a task that one more of 100 solved by the model is worth."""
        return per_point(self.inputs.person)

    @property
    def gain(self) -> float:
        return self.inputs.points * self.point

    def extra(self, model: float) -> float:
        """What a model `times` as dear costs more, on a model cost of today."""
        return (self.inputs.times - 1) * model

    def allowed(self, model: float) -> float:
        return dearer(self.inputs.points, self.inputs.person, model)

    @property
    def tasks_to_see(self) -> float:
        """Tasks in each arm that would show the points hoped for."""
        return tasks_to_see(self.handed.value, min(self.inputs.points, 100 * self.handed.value))

    @property
    def price(self) -> Price:
        """The price of the model with most calls."""
        groups = self.log.groups.groupby("model").calls.sum()
        return self.prices[groups.idxmax()]

    @property
    def cache_saved(self) -> float:
        """Euros a task that the cache saves, as logged or as planned."""
        return self.plain - self.held

    def tail(self, what: str, share: float = 0.95) -> Tail:
        return next(tail for tail in self.log.tails[what] if tail.share == share)

    def carried(self, hundredths: int) -> float:
        """The part of the model bill that the dearest so many of 100 tasks carry."""
        shares = self.log.shares
        return (
            float(shares.bill[shares.hundredth <= hundredths].sum() / shares.bill.sum()) if shares.bill.sum() else 0.0
        )

    @property
    def handed_bill(self) -> float:
        """The part of the model bill that goes into tasks which end with a person all the same."""
        routes = self.log.routes
        return float(routes.bill[routes.outcome == "handed"].sum() / max(routes.bill.sum(), 1e-300))

    @property
    def half_carried_by(self) -> int:
        """How many of 100 tasks, the dearest first, carry half of the model bill."""
        shares = self.log.shares
        part = shares.bill.cumsum() / max(shares.bill.sum(), 1e-300)
        return int(shares.hundredth[part >= 0.5 - 1e-9].iloc[0])

    def parts(self) -> dict[str, float]:
        """Euros a task by what the model is paid for, as billed: fresh input, input at the front, output."""
        found = {"fresh input": 0.0, "input that repeats": 0.0, "output": 0.0}
        for row in self.log.groups.itertuples():
            price = self.prices[row.model]
            fresh = (row.input - row.cacheable) * price.input
            output = row.output * price.output
            found["fresh input"] += fresh
            found["output"] += output
            found["input that repeats"] += row.bill * price_list.MILLION - fresh - output
        return {name: value / price_list.MILLION / self.log.tasks for name, value in found.items()}

    @property
    def kinds(self) -> pd.DataFrame:
        """Kinds of calls: kind, calls, input and output tokens a call, euros a thousand calls, part of the bill."""
        sums = self.log.groups.groupby("kind", as_index=False)[["calls", "input", "output", "bill"]].sum()
        return pd.DataFrame(
            {
                "kind": sums.kind,
                "calls": sums.calls,
                "input": sums.input / sums.calls,
                "output": sums.output / sums.calls,
                "thousand": 1000 * sums.bill / sums.calls,
                "part": sums.bill / max(sums.bill.sum(), 1e-300),
            }
        ).sort_values("part", ascending=False, ignore_index=True)

    @property
    def levers(self) -> pd.DataFrame:
        """What could be done next, and what it saves: lever, euros a task, euros a month; the largest first."""
        parts, month = self.parts(), self.inputs.month
        rows = [
            ("the model for nothing", self.model),
            ("half the output tokens", parts["output"] / 2),
            (f"{self.inputs.points:g} of 100 more solved", self.gain),
            (f"the same, with a model {self.inputs.times:g} times as dear", self.gain - self.extra(self.model)),
            ("1 of 100 more solved", self.point),
        ]
        if self.log.hits is not None and self.log.measured:
            rows.append(("every hit of the cache that is missed today", self._misses()))
        elif self.log.hits is not None:
            rows.append(("a cache, as planned", self.cache_saved))
        if self.cascade is not None:
            rows.append((f"{self.inputs.small} first, after what slips costs", self.cascade.net))
        table = pd.DataFrame(rows, columns=["lever", "task"])
        return table.assign(month=table.task * month).sort_values(
            "task", ascending=False, ignore_index=True, kind="stable"
        )

    def _misses(self) -> float:
        missed = 0.0
        for row in self.log.groups.itertuples():
            price = self.prices[row.model]
            missed += (row.cacheable - row.cached) * (price.written - price.cached)
        return missed / price_list.MILLION / self.log.tasks


def analyze(log: Log, prices: dict[str, Price], inputs: Inputs) -> Findings:
    """Every number of the notebook from one counted log."""
    if inputs.small and inputs.small not in prices:
        raise InputError(
            f"Parameter small is '{inputs.small}', which has no price. Name one of {', '.join(prices)}, or "
            "leave it empty."
        )
    n = log.tasks
    rate = log.ended("handed") / n
    low, high = (float(end) for end in wilson(log.ended("handed"), n, CONFIDENCE))
    handed = Interval(rate, low, high)
    model = float(log.routes.bill.sum()) / n
    plain, held = (float(log.groups[name].sum()) / n for name in ("plain", "held"))
    whole, per_solved = _costs(log, inputs)
    turn = next(tail for tail in log.tails["turn"] if tail.share == 0.95)
    decision, rule = decide(
        n,
        (inputs.person - per_solved.high, inputs.person - per_solved.low),
        (turn.low, turn.high),
        inputs.limit,
        model,
        (inputs.person * low, inputs.person * high),
    )
    return Findings(
        log,
        prices,
        inputs,
        model,
        plain,
        held,
        handed,
        whole,
        per_solved,
        _cascade(log, prices, inputs, model),
        decision,
        rule,
    )


def _costs(log: Log, inputs: Inputs) -> tuple[Interval, Interval]:
    """The whole cost a task and a solved task, with Student's interval; the second is a ratio, so linearized."""
    charge = {"solved": 0.0, "handed": inputs.person, "lost": inputs.unsolved}
    fixed = inputs.running / inputs.month
    n, solved = log.tasks, 0
    total = squares = total_solved = 0.0
    for row in log.routes.itertuples():
        add = charge[row.outcome] + fixed
        cost = row.bill + add * row.tasks
        total += cost
        squares += row.bill2 + 2 * add * row.bill + add * add * row.tasks
        if row.outcome != "lost":
            solved, total_solved = solved + row.tasks, total_solved + cost
    mean = total / n
    wide = stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1) if n > 1 else math.nan
    half = wide * math.sqrt(max(0.0, squares - n * mean * mean) / (n - 1) / n) if n > 1 else math.nan
    whole = Interval(mean, mean - half, mean + half)
    if not solved:
        return whole, Interval(math.inf, math.inf, math.inf)
    ratio = total / solved
    residuals = squares - 2 * ratio * total_solved + ratio * ratio * solved
    half = wide * math.sqrt(max(0.0, residuals) * n / (n - 1)) / solved if n > 1 else math.nan
    return whole, Interval(ratio, ratio - half, ratio + half)


def _cascade(log: Log, prices: dict[str, Price], inputs: Inputs, model: float) -> Cascade | None:
    """The small model first: from tasks that each of the two did alone, where the log has both; else as assumed."""
    if not inputs.small:
        return None
    routes = log.routes
    alone = routes[~routes.route.str.contains("+", regex=False)]
    names = [name for name in alone.route.unique() if name != inputs.small]
    if inputs.small in set(alone.route) and names:
        large_name = alone[alone.route != inputs.small].groupby("route").tasks.sum().idxmax()
        small, large = (_route(alone[alone.route == name]) for name in (inputs.small, large_name))
        # What the small one hands over goes to the large one; what it loses, beyond what the large one loses, slips.
        return cascade(
            small["bill"],
            large["bill"],
            1 - small["handed"],
            100 * max(0.0, small["lost"] - large["lost"]),
            inputs.person,
            measured=True,
        )
    sums = log.groups[["input", "cacheable", "output"]].sum()
    hits = None if log.hits is None or (not log.measured) else log.hits
    small = price_list.cost(prices[inputs.small], 1, sums.input - sums.cacheable, sums.cacheable, sums.output, hits)
    return cascade(float(small) / log.tasks, model, inputs.keeps, inputs.slips, inputs.person)


def _route(rows: pd.DataFrame) -> dict[str, float]:
    tasks = rows.tasks.sum()
    share = {name: rows.tasks[rows.outcome == name].sum() / tasks for name in ("handed", "lost")}
    return {"bill": rows.bill.sum() / tasks, **share}
