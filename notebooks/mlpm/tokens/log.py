"""Count a reader's log of model calls in the engine: what leaves it are sums by model, route, step or hundredth.

A call costs what the price list says for its tokens; a task costs the sum of its calls; a turn is what somebody waits
for: calls of one step run at the same time and take as long as the slowest, steps follow one another and add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import pandas as pd

from mlpm import InputError, checks, tables
from mlpm.tokens.prices import MILLION, Price
from mlpm.tokens.tails import Tail, quantiles

MOST_MODELS = 50
MOST_STEPS = 12  # of a turn that are shown one by one
OUTCOMES = ("solved", "handed", "lost")  # by the model; to a person; neither
# What the notebook calls a column, where it is not the name here.
PARAMETERS = {"input": "input_tokens", "output": "output_tokens", "first": "first_token"}


@dataclass(frozen=True)
class Columns:
    """The reader's names for the columns; empty where the log has none."""

    task: str
    outcome: str
    input: str
    output: str
    latency: str
    cacheable: str = ""
    cached: str = ""
    first: str = ""
    model: str = ""
    kind: str = ""
    turn: str = ""
    step: str = ""


@dataclass(frozen=True)
class Log:
    """A log of calls, counted at a price list. Euros, tokens, milliseconds.

    groups: model, kind, calls, input, cacheable, cached, output, bill, plain (no cache), held (with a cache).
    routes: models (joined), outcome, tasks, bill, bill2 (sum of squares over tasks). shares: hundredth, tasks, bill:
    of tasks from the dearest on. tails: what → quantiles. steps: step, calls (mean at once), tails. hot: turns with a
    call above the calls' p99, of `turns`.
    """

    groups: pd.DataFrame
    routes: pd.DataFrame
    shares: pd.DataFrame
    tails: Mapping[str, list[Tail]]
    steps: list[tuple[str, float, list[Tail]]]
    hot: int
    turns: int
    hits: float | None
    measured: bool
    name: str = "calls"
    columns: Columns = Columns("task", "outcome", "input", "output", "latency")
    notes: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return int(self.groups.calls.sum())

    @property
    def tasks(self) -> int:
        return int(self.routes.tasks.sum())

    def ended(self, outcome: str) -> int:
        return int(self.routes.tasks[self.routes.outcome == outcome].sum())


def read(
    data,
    columns: Columns,
    prices: Mapping[str, Price],
    *,
    solved: str,
    handed: str,
    hits: float = 0.0,
    streams: int = 0,
    engine: str = "",
) -> Log:
    """Read a table with one row a call and count it; raise InputError for what a reader can get wrong.

    solved, handed: what the outcome says of a task the model solved and of one that went to a person; any other word
    is neither. hits: share of cacheable tokens read from a cache, where no column counts them. streams: the step whose
    words somebody may read as they come, 0 for none.
    """
    checks.share("hits", hits)
    checks.count("streams", streams)
    given = tables.named(vars(columns), ("task", "outcome", "input", "output", "latency"), PARAMETERS)
    kinds = {
        "task": tables.Text(),
        "outcome": tables.Text(missing="keep"),
        "input": tables.Number(0),
        "output": tables.Number(0),
        "latency": tables.Number(0),
        "cacheable": tables.Number(0),
        "cached": tables.Number(0),
        "first": tables.Number(0, missing="keep"),
        "model": tables.Text(),
        "kind": tables.Text(),
        "turn": tables.Text(),
        "step": tables.Number(0),
    }
    table = tables.read(data, {name: kinds[role] for role, name in given.items()}, engine=engine)
    return count(
        table.rows.select(**given),
        prices,
        solved=solved,
        handed=handed,
        hits=hits,
        streams=streams,
        columns=columns,
        name=table.name,
        notes=table.notes,
    )


def count(
    rows: ibis.Table,
    prices: Mapping[str, Price],
    *,
    solved: str = "solved",
    handed: str = "handed over",
    hits: float = 0.0,
    streams: int = 0,
    columns: Columns = Columns("task", "outcome", "input", "output", "latency"),
    name: str = "calls",
    notes: Sequence[str] = (),
) -> Log:
    """Count a clean table whose columns are named by their roles."""
    has = set(rows.columns)
    first_model = next(iter(prices))
    cached = rows.cached if "cached" in has else ibis.literal(0.0)
    measured = "cached" in has
    cacheable = rows.cacheable if "cacheable" in has else cached
    calls = rows.select(
        task=rows.task,
        outcome=rows.outcome,
        input=rows.input,
        output=rows.output,
        latency=rows.latency,
        cacheable=cacheable.cast("float64"),
        cached=cached.cast("float64"),
        first=rows.first if "first" in has else ibis.null("float64"),
        model=rows.model if "model" in has else ibis.literal(first_model),
        kind=rows.kind if "kind" in has else ibis.literal(""),
        turn=rows.turn if "turn" in has else ibis.literal(""),
        # Without a step each call is one of its own: nothing is known to run at the same time.
        step=rows.step.cast("float64") if "step" in has else ibis.row_number().over(order_by=rows.task).cast("float64"),
    )
    _check_tokens(calls, columns, name)
    _check_models(calls, prices, name, columns)
    fresh = calls.input - calls.cacheable
    planned = calls.cacheable * float(hits)
    price = {part: _priced(calls.model, prices, part) for part in ("input", "output", "cached", "written")}
    priced = calls.mutate(
        plain=(calls.input * price["input"] + calls.output * price["output"]) / MILLION,
        billed=_held(fresh, calls, calls.cached, price) if measured else ibis.null("float64"),
        planned=_held(fresh, calls, planned, price),
    )
    priced = priced.mutate(
        bill=priced.billed if measured else priced.plain, held=priced.billed if measured else priced.planned
    )
    groups = tables.frame(
        priced.group_by(["model", "kind"])
        .aggregate(
            calls=priced.count(),
            input=priced.input.sum(),
            cacheable=priced.cacheable.sum(),
            cached=priced.cached.sum(),
            output=priced.output.sum(),
            bill=priced.bill.sum(),
            plain=priced.plain.sum(),
            held=priced.held.sum(),
        )
        .order_by(["model", "kind"])
    )
    if not groups.plain.sum() > 0:
        raise tables.error(
            name, [columns.input, columns.output], "add up to no cost at all", "Give tokens, and prices above 0"
        )
    each = priced.group_by("task").aggregate(
        said=priced.outcome.max(),
        other=priced.outcome.min(),
        bill=priced.bill.sum(),
        models=priced.model.nunique(),
        low=priced.model.min(),
        high=priced.model.max(),
    )
    _check_outcomes(each, solved, handed, name, columns)
    each = each.mutate(
        outcome=ibis.cases((each.said == solved, "solved"), (each.said == handed, "handed"), else_="lost"),
        # Two models or more went over the same task: named by the first and the last in the alphabet.
        route=(each.models == 1).ifelse(each.low, each.low + "+" + each.high),
    )
    routes = tables.frame(
        each.group_by(["route", "outcome"])
        .aggregate(
            tasks=each.count(),
            bill=each.bill.sum(),
            bill2=(each.bill * each.bill).sum(),
        )
        .order_by(["route", "outcome"])
    )
    tasks = int(routes.tasks.sum())
    ranked = each.select(bill=each.bill, place=ibis.row_number().over(order_by=[ibis.desc(each.bill), each.task]) + 1)
    ranked = ranked.mutate(hundredth=(100 * ranked.place / float(tasks) - 1e-9).ceil().cast("int64"))
    shares = tables.frame(
        ranked.group_by("hundredth").aggregate(tasks=ranked.count(), bill=ranked.bill.sum()).order_by("hundredth")
    )
    together = calls.group_by(["task", "turn", "step"]).aggregate(
        slowest=calls.latency.max(), first=calls.first.min(), calls=calls.count()
    )
    turns = together.group_by(["task", "turn"]).aggregate(value=together.slowest.sum())
    tails = {
        "call": quantiles(calls.select("task", value=calls.latency)),
        "turn": quantiles(turns.select("task", "value")),
    }
    turn_count = tails["turn"][0].times
    if streams and "first" in has and "step" in has:
        words = (
            together.filter(together.step <= float(streams))
            .group_by(["task", "turn"])
            .aggregate(
                before=((together.step < float(streams)).ifelse(together.slowest, 0.0)).sum(),
                shown=((together.step == float(streams)).ifelse(together.first, None)).min(),
            )
        )
        words = words.filter(words.shown.notnull())
        tails["first word"] = quantiles(words.select("task", value=words.before + words.shown))
    return Log(
        groups,
        routes,
        shares,
        tails,
        _steps(together, "step" in has),
        _hot(calls, tails["call"][-1]),
        turn_count,
        None if not groups.cacheable.sum() else (groups.cached.sum() / groups.cacheable.sum() if measured else hits),
        measured,
        name,
        columns,
        list(notes),
    )


def _priced(model: ibis.Value, prices: Mapping[str, Price], part: str) -> ibis.Value:
    return ibis.cases(*[(model == name, float(getattr(price, part))) for name, price in prices.items()], else_=0.0)


def _held(fresh: ibis.Value, calls: ibis.Table, cached: ibis.Value, price: Mapping[str, ibis.Value]) -> ibis.Value:
    """Euros of a call with a cache: what is not read from it is written to it."""
    stable = cached * price["cached"] + (calls.cacheable - cached) * price["written"]
    return (fresh * price["input"] + stable + calls.output * price["output"]) / MILLION


def _steps(together: ibis.Table, known: bool) -> list[tuple[str, float, list[Tail]]]:
    """The waits of each step, where a turn has few enough to show."""
    if not known:
        return []
    sizes = tables.frame(together.group_by("step").aggregate(calls=together.calls.mean()).order_by("step"))
    if len(sizes) > MOST_STEPS:
        return []
    return [
        (
            f"{row.step:g}",
            float(row.calls),
            quantiles(together.filter(together.step == float(row.step)).select("task", value=together.slowest)),
        )
        for row in sizes.itertuples()
    ]


def _hot(calls: ibis.Table, tail: Tail) -> int:
    """Turns with at least one call above the calls' p99."""
    if tail.value is None:
        return 0
    worst = calls.group_by(["task", "turn"]).aggregate(worst=calls.latency.max())
    return int(tables.frame(worst.aggregate(n=(worst.worst > tail.value).sum())).n[0] or 0)


def _first(table: ibis.Table, where: ibis.Value) -> tuple[int, dict]:
    """How many rows, and one of them."""
    found = table.filter(where)
    n = int(tables.frame(found.aggregate(n=found.count())).n[0])
    return n, (found.order_by("task").limit(1).to_pyarrow().to_pylist()[0] if n else {})


def _check_tokens(calls: ibis.Table, columns: Columns, name: str) -> None:
    for part, whole in (("cached", "cacheable"), ("cacheable", "input")):
        if not getattr(columns, part) and part != "cacheable":
            continue
        n, row = _first(calls, calls[part] > calls[whole])
        if n:
            raise tables.error(
                name,
                [getattr(columns, part) or columns.cached, getattr(columns, whole) or columns.cached],
                f"of task '{row['task']}' says {row[part]:g} of {row[whole]:g} tokens ({n:,} such row{'s' * (n != 1)})",
                "The first is a part of the second: input counts cached tokens, too",
            )


def _check_models(calls: ibis.Table, prices: Mapping[str, Price], name: str, columns: Columns) -> None:
    known = list(prices)
    n, row = _first(calls, calls.model.notin(known))
    if n:
        raise tables.error(
            name,
            columns.model,
            f"has no price ({n:,} such row{'s' * (n != 1)})",
            f"Add {row['model']} to prices, which names {', '.join(known)}",
            example=row["model"],
        )


def _check_outcomes(each: ibis.Table, solved: str, handed: str, name: str, columns: Columns) -> None:
    if solved == handed:
        raise InputError(f"Parameters solved and handed are both '{solved}'. Each needs a word of its own.")
    n, row = _first(each, each.said.isnull())
    if n:
        raise tables.error(
            name,
            columns.outcome,
            f"is empty in all rows of {n:,} task{'s' * (n != 1)}, such as '{row['task']}'",
            "Say in at least one row of a task how it ended, or leave the task out",
        )
    n, row = _first(each, each.said != each.other)
    if n:
        raise tables.error(
            name,
            columns.outcome,
            f"tells two ends of task '{row['task']}', '{row['other']}' and "
            f"'{row['said']}' ({n:,} such task{'s' * (n != 1)})",
            "Keep one end a task",
        )
    words = each.group_by("said").aggregate(n=each.count()).order_by(ibis.desc("n"), "said").limit(6)
    there = [record["said"] for record in words.to_pyarrow().to_pylist()]
    if not set(there) & {solved, handed}:
        raise tables.error(
            name,
            columns.outcome,
            f"says neither '{solved}' nor '{handed}'. It says " + ", ".join(f"'{word}'" for word in there),
            "Set solved and handed to the words it uses",
        )
