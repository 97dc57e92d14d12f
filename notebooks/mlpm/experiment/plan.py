"""What is asked of an experiment: metrics, directions, margins, looks; and the columns that answer it.

Everything here comes from the parameters of the notebook, as text. A parameter that cannot be meant is refused in one
line that says how to write it.
"""

from collections import Counter
from dataclasses import dataclass, replace

from tea_tasting.metrics import Mean, RatioOfMeans

from mlpm import InputError, tables

DIRECTIONS = ("higher", "lower")
MOST_LOOKS = 100


@dataclass(frozen=True)
class Metric:
    """One thing measured per unit, and what counts as good.

    name: as written, "converted", "revenue" or "revenue/visits". kind: "proportion", "mean" or "ratio".
    margin: for a guardrail, the harm tolerated as a share of the control's value (0.02: two percent); otherwise None.
    covariate: the same thing before the experiment, a column or a ratio of columns; None without one.
    """

    name: str
    kind: str
    better: str = "higher"
    margin: float | None = None
    covariate: str | None = None

    @property
    def guardrail(self) -> bool:
        return self.margin is not None

    @property
    def sign(self) -> int:
        """+1 where more is better, -1 where less is."""
        return 1 if self.better == "higher" else -1

    @property
    def parts(self) -> tuple[str, str | None]:
        """Numerator and denominator; a mean has no denominator."""
        return parts(self.name)

    @property
    def columns(self) -> list[str]:
        return [column for text in (self.name, self.covariate) if text for column in parts(text) if column]

    def test(self, *, adjusted: bool = True, **options) -> RatioOfMeans:
        """The library's test of this metric: Welch for a mean, delta method for a ratio, CUPED where adjusted."""
        numerator, denominator = self.parts
        covariates = parts(self.covariate) if self.covariate and adjusted else (None, None)
        if denominator is None and covariates[1] is None:
            return Mean(numerator, covariates[0], **options)
        return RatioOfMeans(numerator, denominator, *covariates, **options)


@dataclass(frozen=True)
class Plan:
    """The question, read and checked. `columns` and `key` are what `tables.read` wants."""

    unit: str
    variant: str
    control: str
    metrics: tuple[Metric, ...]
    expected_split: tuple[float, ...]
    alpha: float
    looks: int
    prior_win_rate: float
    minimum_effect: float

    @property
    def columns(self) -> dict[str, tables.Text | tables.Number | tables.Flag]:
        kinds = {self.variant: tables.Text()} | ({self.unit: tables.Text()} if self.unit else {})
        flags = {metric.name for metric in self.metrics if metric.kind == "proportion"}
        measured = dict.fromkeys(column for metric in self.metrics for column in metric.columns)
        return kinds | {column: tables.Flag() if column in flags else tables.Number() for column in measured}

    @property
    def measured(self) -> list[str]:
        return [column for column in self.columns if column not in (self.variant, self.unit)]

    @property
    def key(self) -> tuple[str, ...]:
        return (self.unit,) if self.unit else ()

    @property
    def decision_metrics(self) -> list[Metric]:
        return [metric for metric in self.metrics if not metric.guardrail]

    @property
    def guardrails(self) -> list[Metric]:
        return [metric for metric in self.metrics if metric.guardrail]


def plan(
    *,
    variant: str,
    control: str,
    unit: str = "",
    proportions: str = "",
    means: str = "",
    ratios: str = "",
    covariates: str = "",
    guardrails: str = "",
    expected_split: str = "",
    alpha: float = 0.05,
    looks: int = 1,
    prior_win_rate: float = 0.15,
    minimum_effect: float = 0.0,
) -> Plan:
    """Read the parameters of the notebook. Lists are separated by commas; empty text means none.

    proportions, means, ratios: column names, ratios as "revenue/visits"; where less is better, add ":lower".
    covariates: "metric:column before the experiment". guardrails: "metric:better direction:margin".
    Raises InputError.
    """
    variant, control, unit = (str(value).strip() for value in (variant, control, unit))
    if not variant:
        raise _refusal("variant", "it is empty", "Name the column that says which variant a unit got.")
    if not control:
        raise _refusal("control", "it is empty", f"Name the value of column '{variant}' that stands for the control.")
    metrics = _metrics(proportions, means, ratios)
    metrics = _with_guardrails(metrics, guardrails)
    metrics = _with_covariates(metrics, covariates)
    if not metrics:
        raise _refusal("means", "no metric is named", "Name at least one of proportions, means, ratios or guardrails.")
    for column in (column for metric in metrics.values() for column in metric.columns):
        if column in (variant, unit):
            parameter = "variant" if column == variant else "unit"
            raise _refusal(parameter, f"'{column}' is a metric, too", "Name two columns.")
    if variant == unit:
        raise _refusal("unit", f"'{unit}' is the variant, too", "Name two columns, or leave unit empty.")
    return Plan(
        unit=unit,
        variant=variant,
        control=control,
        metrics=tuple(metrics.values()),
        expected_split=_split(expected_split),
        alpha=_number("alpha", alpha, 0.0001, 0.5, "0.05"),
        looks=int(_number("looks", looks, 1, MOST_LOOKS, "1", whole=True)),
        prior_win_rate=_number("prior_win_rate", prior_win_rate, 0.001, 0.999, "0.15"),
        minimum_effect=_number("minimum_effect", minimum_effect, 0, 10, "0.01 for one percent of the control's value"),
    )


def parts(text: str) -> tuple[str, str | None]:
    """Numerator and denominator of "revenue/visits"; a single column has no denominator."""
    numerator, _, denominator = text.partition("/")
    return numerator.strip(), denominator.strip() or None


def _refusal(parameter: str, problem: str, remedy: str) -> InputError:
    return InputError(f"parameter '{parameter}': {problem}. {remedy}")


def _number(parameter: str, value, low: float, high: float, example: str, *, whole: bool = False) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not low <= number <= high or (whole and number != int(number)):
        kind = "a whole number" if whole else "a number"
        problem = f"{value!r} is not {kind} from {low:g} to {high:g}"
        raise _refusal(parameter, problem, f"Write, for example, {example}.")
    return number


def _metrics(proportions: str, means: str, ratios: str) -> dict[str, Metric]:
    metrics = {}
    for kind, text in (("proportion", proportions), ("mean", means), ("ratio", ratios)):
        parameter = f"{kind}s"
        for entry in tables.names(str(text)):
            name, _, better = (part.strip() for part in entry.partition(":"))
            better = better or "higher"
            if better not in DIRECTIONS:
                raise _refusal(parameter, f"'{entry}' ends in '{better}'", f"Write {name} or {name}:lower.")
            if (kind == "ratio") != (parts(name)[1] is not None) or not parts(name)[0]:
                example = "revenue/visits, a column over a column" if kind == "ratio" else "one column, without a slash"
                raise _refusal(parameter, f"'{entry}' is not a {kind}", f"Write {example}.")
            if name in metrics:
                raise _refusal(parameter, f"'{name}' is named twice", "Name each metric once.")
            metrics[name] = Metric(name, kind, better)
    return metrics


def _with_guardrails(metrics: dict[str, Metric], text: str) -> dict[str, Metric]:
    """A metric named here is judged by its margin, and no longer one of those that can win the test."""
    entries = [[part.strip() for part in entry.split(":")] for entry in tables.names(str(text))]
    for entry in entries:
        written, example = ":".join(entry), "Write metric:better direction:margin, like latency_ms:lower:0.02."
        if len(entry) != 3 or entry[1] not in DIRECTIONS or not entry[0]:
            raise _refusal("guardrails", f"'{written}' is not a guardrail", example)
        name, better, margin = entry
        margin = _number("guardrails", margin, 0, 1, "latency_ms:lower:0.02, two percent of the control's value")
        listed = metrics.get(name)
        kind = listed.kind if listed else "ratio" if parts(name)[1] else "mean"
        metrics[name] = Metric(name, kind, better, margin)
    repeated = [name for name, times in Counter(entry[0] for entry in entries).items() if times > 1]
    if repeated:
        raise _refusal("guardrails", f"'{repeated[0]}' is named twice", "Give each guardrail one margin.")
    return metrics


def _with_covariates(metrics: dict[str, Metric], text: str) -> dict[str, Metric]:
    for entry in tables.names(str(text)):
        name, _, covariate = (part.strip() for part in entry.partition(":"))
        if not covariate:
            problem, remedy = f"'{entry}' has no column", "Write metric:column, like revenue:revenue_before."
        elif name not in metrics:
            problem, remedy = f"'{name}' is not a metric", "Name it in means, ratios or guardrails, too."
        elif covariate in (name, *metrics[name].parts):
            problem, remedy = f"'{name}' is its own covariate", "Name what was measured before the experiment."
        else:
            metrics[name] = replace(metrics[name], covariate=covariate)
            continue
        raise _refusal("covariates", problem, remedy)
    return metrics


def _split(text: str) -> tuple[float, ...]:
    """The shares asked for, control first and the other variants by name; empty: equal."""
    if not str(text).strip():
        return ()
    try:
        shares = tuple(float(part) for part in str(text).split(":"))
    except ValueError:
        shares = ()
    if len(shares) < 2 or min(shares) <= 0 or max(shares) == float("inf"):
        raise _refusal(
            "expected_split", f"'{text}' is not a split", "Write 9:1 or 1:1:1, control first, other variants by name."
        )
    return tuple(share / sum(shares) for share in shares)
