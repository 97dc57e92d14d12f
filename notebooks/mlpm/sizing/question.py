"""What is asked of an experiment's plan: the notebook's parameters, refused where they cannot be meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mlpm import InputError, checks, tables

KINDS = ("proportion", "mean", "ratio")
BOUNDS = ("obrien-fleming", "pocock")
BETTER = ("higher", "lower")
MOST_WEEKS = 26
MOST_LOOKS = 20
MOST_COMPARISONS = 200


@dataclass(frozen=True)
class Question:
    """The plan as far as people decide it; what traffic decides stands in `traffic`.

    metric: the columns of the metric, one or, for a ratio, two; empty: baseline and spread are given. weeks_before: the
    weeks before a start whose own metric is the covariate; 0: none, and `correlation` is taken as given. split: shares
    of the units, control first. winners: metrics that may win the test. minimum_effect, guardrail_margin,
    guardrail_harm and guardrail_spread (a standard deviation) are shares of the control's value. Money is in euros.
    """

    unit: str
    day: str
    count: str
    share_of_units: float
    kind: Literal["proportion", "mean", "ratio"]
    metric: tuple[str, ...]
    baseline: float
    spread: float
    weeks_before: int
    correlation: float
    minimum_effect: float
    alpha: float
    power: float
    split: tuple[float, ...]
    winners: int
    looks: int
    bounds: Literal["obrien-fleming", "pocock"]
    guardrail: str
    guardrail_spread: float
    guardrail_margin: float
    guardrail_harm: float
    weeks_least: int
    weeks_allowed: int
    weeks_longest: int
    prior_win_rate: float
    value_a_month: float
    running_cost_a_month: float
    better: Literal["higher", "lower"] = "higher"

    @property
    def sign(self) -> int:
        """+1 where more is better, −1 where less is."""
        return -1 if self.better == "lower" else 1

    @property
    def counted(self) -> bool:
        """The file holds counts of distinct units, not the units themselves."""
        return bool(self.count)

    @property
    def guarded(self) -> bool:
        """There is a guardrail: its column is named, or its spread given."""
        return bool(self.guardrail or self.guardrail_spread)

    @property
    def comparisons(self) -> int:
        """Chances to win: metrics that may win, in each treatment."""
        return self.winners * (len(self.split) - 1)

    @property
    def break_even(self) -> float | None:
        """The relative effect whose worth is the running cost; None where no value is named."""
        return self.running_cost_a_month / self.value_a_month if self.value_a_month else None


def question(
    *,
    unit: str = "",
    day: str = "day",
    count: str = "",
    share_of_units: float = 1.0,
    kind: str = "mean",
    metric: str = "",
    baseline: float = 0.0,
    spread: float = 0.0,
    weeks_before: int = 0,
    correlation: float = 0.0,
    minimum_effect: float = 0.01,
    alpha: float = 0.05,
    power: float = 0.8,
    split: str = "1:1",
    metrics_that_can_win: int = 1,
    looks: int = 1,
    bounds: str = "obrien-fleming",
    guardrail: str = "",
    guardrail_spread: float = 0.0,
    guardrail_margin: float = 0.0,
    guardrail_harm: float = 0.0,
    weeks_least: int = 2,
    weeks_allowed: int = 2,
    weeks_longest: int = 8,
    prior_win_rate: float = 0.15,
    value_a_month: float = 0.0,
    running_cost_a_month: float = 0.0,
    better: str = "higher",
) -> Question:
    """Read the parameters of the notebook; raise InputError for one that cannot be meant."""
    unit, day, count, guardrail = (str(name).strip() for name in (unit, day, count, guardrail))
    if not day:
        raise _refusal("day", "is empty", "Name the column of days")
    if bool(unit) == bool(count):
        both = "and count are both named" if unit else "and count are both empty"
        raise _refusal("unit", both, "Name unit if a row is a unit on a day, count if a row is a number of units")
    if kind not in KINDS:
        raise _refusal("kind", f"is '{kind}'", f"Write one of: {', '.join(KINDS)}")
    if bounds not in BOUNDS:
        raise _refusal("bounds", f"is '{bounds}'", f"Write one of: {', '.join(BOUNDS)}")
    if better not in BETTER:
        raise _refusal("better", f"is '{better}'", f"Write one of: {', '.join(BETTER)}")
    columns = _columns(str(metric), kind)
    if count and (columns or guardrail):
        named = "metric" if columns else "guardrail"
        raise _refusal(named, "is named, but a file of counts holds no metric", "Leave it empty; give baseline, spread")
    used = [unit or count, day, *columns, *([guardrail] if guardrail else [])]
    twice = next((name for name in used if used.count(name) > 1), None)
    if twice:
        raise InputError(f"Column '{twice}' is named for two things. Name different columns.")
    checks.share("share_of_units", share_of_units)
    checks.number("share_of_units", share_of_units, 1e-6, 1, "a share above 0 and up to 1, such as 0.1")
    if not columns:
        _given(kind, baseline, spread)
    checks.count("weeks_before", weeks_before)
    checks.number("correlation", correlation, -0.999, 0.999, "a number between -1 and 1, such as 0.7")
    checks.number("minimum_effect", minimum_effect, 1e-5, 10, "a share of the control above 0, such as 0.01 for 1%")
    checks.number("alpha", alpha, 1e-4, 0.5, "a share from 0.0001 to 0.5, such as 0.05")
    checks.number("power", power, 0.5, 0.999, "a share from 0.5 to 0.999, such as 0.8")
    checks.number("metrics_that_can_win", metrics_that_can_win, 1, MOST_COMPARISONS, "a whole number, 1 or more")
    checks.count("metrics_that_can_win", metrics_that_can_win, 1)
    checks.number("looks", looks, 1, MOST_LOOKS, f"a whole number from 1 to {MOST_LOOKS}")
    checks.count("looks", looks, 1)
    _guardrail(guardrail, guardrail_spread, guardrail_margin, guardrail_harm)
    _weeks(weeks_least, weeks_allowed, weeks_longest)
    checks.number("prior_win_rate", prior_win_rate, 0.001, 0.999, "a share from 0.001 to 0.999, such as 0.15")
    checks.number("value_a_month", value_a_month, 0, meaning="euros a month, 0 or more")
    checks.number("running_cost_a_month", running_cost_a_month, 0, meaning="euros a month, 0 or more")
    return Question(
        unit, day, count, share_of_units, kind, columns, baseline, spread, int(weeks_before), correlation,
        minimum_effect, alpha, power, _split(str(split)), int(metrics_that_can_win), int(looks), bounds, guardrail,
        guardrail_spread, guardrail_margin, guardrail_harm, int(weeks_least), int(weeks_allowed), int(weeks_longest),
        prior_win_rate, value_a_month, running_cost_a_month, better,
    )


def _refusal(parameter: str, problem: str, remedy: str) -> InputError:
    return InputError(f"Parameter {parameter} {problem}. {remedy}.")


def _columns(metric: str, kind: str) -> tuple[str, ...]:
    columns = tuple(part.strip() for part in metric.split("/")) if metric.strip() else ()
    if columns and (len(columns) != (2 if kind == "ratio" else 1) or not all(columns)):
        example = "two columns like revenue/visits" if kind == "ratio" else "one column"
        raise _refusal("metric", f"is '{metric}', and kind is '{kind}'", f"Name {example}")
    return columns


def _given(kind: str, baseline: float, spread: float) -> None:
    """Without a metric in the file, what it would have told must be given."""
    if kind == "proportion":
        checks.number("baseline", baseline, 1e-6, 1 - 1e-6, "the control's share, between 0 and 1, such as 0.04")
        return
    checks.number("baseline", baseline, 1e-12, meaning="the control's mean per unit, above 0, or name a metric")
    checks.number("spread", spread, 1e-12, meaning="the standard deviation per unit, above 0, or name a metric")


def _guardrail(column: str, spread: float, margin: float, harm: float) -> None:
    checks.number("guardrail_margin", margin, 0, 1, "a share of the control, such as 0.02 for 2%; 0 for no guardrail")
    checks.number("guardrail_spread", spread, 0, meaning="a standard deviation as a share of the mean, such as 0.35")
    checks.number("guardrail_harm", harm, -1, 1, "a share of the control, such as 0.005 for 0.5%")
    if not (column or spread):
        return
    if not margin:
        raise _refusal("guardrail_margin", "is 0, and there is a guardrail", "Give the harm you accept, like 0.02")
    if harm >= margin:
        raise _refusal("guardrail_harm", f"is {harm:g}, not below the margin of {margin:g}",
                       "A harm you expect and do not accept is a reason not to test")


def _weeks(least: int, allowed: int, longest: int) -> None:
    for name, weeks in (("weeks_least", least), ("weeks_allowed", allowed), ("weeks_longest", longest)):
        checks.number(name, weeks, 1, MOST_WEEKS, f"a whole number from 1 to {MOST_WEEKS}")
        checks.count(name, weeks, 1)
    if not least <= allowed <= longest:
        raise InputError(
            f"Parameters weeks_least, weeks_allowed and weeks_longest are {least}, {allowed} and {longest}. "
            "Give them in rising order."
        )


def _split(text: str) -> tuple[float, ...]:
    try:
        parts: Sequence[float] = [float(part) for part in text.split(":")]
    except ValueError:
        parts = []
    if not 2 <= len(parts) <= 50 or not all(0 < part < float("inf") for part in parts):
        raise _refusal("split", f"is '{text}'", "Write 1:1, 9:1 or 1:1:1, control first")
    return tuple(part / sum(parts) for part in parts)


def kinds(asked: Question) -> dict[str, tables.Kind]:
    """The columns to read and what each must hold, for `tables.read`."""
    if asked.counted:
        return {asked.day: tables.Number(low=1, whole=True), asked.count: tables.Number(low=0)}
    measured = tables.Flag() if asked.kind == "proportion" else tables.Number()
    found: dict[str, tables.Kind] = {asked.unit: tables.Text(), asked.day: tables.Text()}
    found |= dict.fromkeys(asked.metric, measured)
    return found | ({asked.guardrail: tables.Number(missing="keep")} if asked.guardrail else {})
