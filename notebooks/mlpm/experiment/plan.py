"""What is asked of an experiment: metrics, directions, margins, looks, segments; and the columns that answer it.

Everything here comes from the parameters of the notebook, as text. A parameter that cannot be meant is refused in one
line that says how to write it.
"""

from collections import Counter
from dataclasses import dataclass, replace

from mlpm import InputError, tables
from mlpm.experiment.sequential import final_alpha

DIRECTIONS = ("higher", "lower")
MOST_LOOKS = 100
MOST_SEGMENTS = 3
ROWS = "_rows_of_the_cluster"  # the column that counts the rows of a cluster: no reader's column is called that

Ratio = tuple[str, str | None]


@dataclass(frozen=True)
class Metric:
    """One thing measured per unit, and what counts as good.

    name: as written, "converted", "revenue" or "revenue/visits". kind: "proportion", "mean" or "ratio".
    margin: for a guardrail, the harm tolerated as a share of the control's value (0.02: two percent); otherwise None.
    covariate: what was measured before the experiment, a column or a ratio of columns, several with a plus between
    them; None without one. size: where units are clusters of rows, the column with their number: a mean is then a
    ratio of sums over clusters; None where each row is a unit.
    """

    name: str
    kind: str
    better: str = "higher"
    margin: float | None = None
    covariate: str | None = None
    size: str | None = None

    @property
    def guardrail(self) -> bool:
        return self.margin is not None

    @property
    def sign(self) -> int:
        """+1 where more is better, -1 where less is."""
        return 1 if self.better == "higher" else -1

    @property
    def parts(self) -> Ratio:
        """Numerator and denominator; a mean has no denominator, unless its units are clusters."""
        return self._sized(self.name)

    @property
    def covariates(self) -> list[str]:
        """Each covariate as written, a column or a ratio of columns."""
        return [one.strip() for one in self.covariate.split("+")] if self.covariate else []

    @property
    def ratios(self) -> list[Ratio]:
        """Numerator and denominator of the metric and of each covariate."""
        return [self._sized(text) for text in (self.name, *self.covariates)]

    @property
    def columns(self) -> list[str]:
        """The reader's columns that the metric and its covariates are made of."""
        return [column for text in (self.name, *self.covariates) for column in parts(text) if column]

    def _sized(self, text: str) -> Ratio:
        numerator, denominator = parts(text)
        return numerator, denominator or self.size


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
    missing: str = ""
    cluster: str = ""
    sequential: str = ""
    segments: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, tables.Text | tables.Number | tables.Flag]:
        kinds = {column: tables.Text() for column in (self.variant, self.unit, self.cluster) if column}
        kinds |= {column: tables.Text(missing="keep") for column in self.segments}
        flags = {metric.name for metric in self.metrics if metric.kind == "proportion"}
        gaps = "keep" if self.missing else "refuse"
        return kinds | {
            column: tables.Flag(missing=gaps) if column in flags else tables.Number(missing=gaps)
            for column in self.measured
        }

    @property
    def measured(self) -> list[str]:
        """The columns of metrics and covariates, each once."""
        return list(dict.fromkeys(column for metric in self.metrics for column in metric.columns))

    @property
    def covariates(self) -> list[Metric]:
        """Each covariate once, as a metric of its own: before the experiment nothing can have moved it."""
        size = ROWS if self.cluster else None
        names = dict.fromkeys(name for metric in self.metrics for name in metric.covariates)
        return [Metric(name, "ratio" if "/" in name else "mean", size=size) for name in names]

    @property
    def always_valid(self) -> bool:
        return self.sequential == "always"

    @property
    def level(self) -> float:
        """What a p-value must not exceed, and one minus the confidence of an interval."""
        return self.alpha if self.always_valid else final_alpha(self.looks, self.alpha)

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
    missing: str = "",
    cluster: str = "",
    sequential: str = "",
    segments: str = "",
) -> Plan:
    """Read the parameters of the notebook. Lists are separated by commas; empty text means none.

    proportions, means, ratios: column names, ratios as "revenue/visits"; where less is better, add ":lower".
    covariates: "metric:column before the experiment", several with a plus between them. guardrails: "metric:better
    direction:margin". missing: "drop" or "zero". cluster: the randomized unit where rows are finer. sequential:
    "always". segments: columns known before the assignment. Raises InputError.
    """
    variant, control, unit, cluster = (str(value).strip() for value in (variant, control, unit, cluster))
    if not variant:
        raise _refusal("variant", "it is empty", "Name the column that says which variant a unit got.")
    if not control:
        raise _refusal("control", "it is empty", f"Name the value of column '{variant}' that stands for the control.")
    metrics = _metrics(proportions, means, ratios)
    metrics = _with_guardrails(metrics, guardrails)
    metrics = _with_covariates(metrics, covariates)
    if not metrics:
        raise _refusal("means", "no metric is named", "Name at least one of proportions, means, ratios or guardrails.")
    groups = tables.names(str(segments))
    measured = {column for metric in metrics.values() for column in metric.columns}
    _one_role_each(variant, unit, cluster, groups, measured)
    if groups and all(metric.guardrail for metric in metrics.values()):
        problem = "only guardrails are named, and segments compare metrics that can win"
        raise _refusal("segments", problem, "Name one in proportions, means or ratios.")
    size = ROWS if cluster else None
    return Plan(
        unit=unit,
        variant=variant,
        control=control,
        metrics=tuple(replace(metric, size=size) for metric in metrics.values()),
        expected_split=_split(expected_split),
        alpha=_number("alpha", alpha, 0.0001, 0.5, "0.05"),
        looks=int(_number("looks", looks, 1, MOST_LOOKS, "1", whole=True)),
        prior_win_rate=_number("prior_win_rate", prior_win_rate, 0.001, 0.999, "0.15"),
        minimum_effect=_number("minimum_effect", minimum_effect, 0, 10, "0.01 for one percent of the control's value"),
        missing=_word("missing", missing, ("drop", "zero")),
        cluster=cluster,
        sequential=_word("sequential", sequential, ("always",)),
        segments=tuple(groups),
    )


def parts(text: str) -> Ratio:
    """Numerator and denominator of "revenue/visits"; a single column has no denominator."""
    numerator, _, denominator = text.partition("/")
    return numerator.strip(), denominator.strip() or None


def _refusal(parameter: str, problem: str, remedy: str) -> InputError:
    return InputError(f"parameter '{parameter}': {problem}. {remedy}")


def _one_role_each(variant: str, unit: str, cluster: str, segments: list[str], measured: set[str]) -> None:
    """Refuse a column that is named for two roles."""
    roles = {"variant": [variant], "unit": [unit], "cluster": [cluster], "segments": segments}
    for parameter, columns in roles.items():
        for column in measured.intersection(columns):
            remedy = "Name two columns."
            if parameter == "segments":
                remedy = "Group by what was known of a unit before the assignment."
            raise _refusal(parameter, f"'{column}' is a metric or a covariate, too", remedy)
    if variant == unit:
        raise _refusal("unit", f"'{unit}' is the variant, too", "Name two columns, or leave unit empty.")
    if variant == cluster:
        raise _refusal("cluster", f"'{cluster}' is the variant, too", "Name the column with the randomized unit.")
    if unit and unit == cluster:
        remedy = "Where rows are units leave cluster empty; where rows are finer leave unit empty."
        raise _refusal("cluster", f"'{cluster}' is the unit, too", remedy)
    if len(segments) > MOST_SEGMENTS:
        remedy = "Each one more finds more differences that are luck: keep those you would act on."
        raise _refusal("segments", f"{len(segments)} columns, and at most {MOST_SEGMENTS} can be asked for", remedy)
    for number, column in enumerate(segments):
        other = next((role for role in ("variant", "unit", "cluster") if column == roles[role][0]), None)
        if other:
            raise _refusal("segments", f"'{column}' is the {other}, too", "Name a column that groups units.")
        if column in segments[:number]:
            raise _refusal("segments", f"'{column}' is named twice", "Name each column once.")


def _word(parameter: str, value, words: tuple[str, ...]) -> str:
    word = str(value).strip()
    if word and word not in words:
        raise _refusal(parameter, f"'{word}' is unknown", f"Write {' or '.join(words)}, or leave it empty.")
    return word


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
    outcomes = {column for metric in metrics.values() for column in parts(metric.name) if column}
    found = dict(metrics)
    for entry in tables.names(str(text)):
        name, _, covariate = (part.strip() for part in entry.partition(":"))
        several = [one.strip() for one in covariate.split("+")]
        before = "Name what was measured before the experiment."
        columns = [column for one in several for column in parts(one)]
        seen = next((one for one in several if outcomes.intersection(parts(one))), None)
        if not covariate:
            problem, remedy = f"'{entry}' has no column", "Write metric:column, like revenue:revenue_before."
        elif name not in metrics:
            problem, remedy = f"'{name}' is not a metric", "Name it in means, ratios or guardrails, too."
        elif covariate in (name, *parts(name)):
            problem, remedy = f"'{name}' is its own covariate", before
        elif "" in columns or any(one.endswith("/") for one in several):
            problem, remedy = f"'{entry}' lacks a column", "Write revenue:revenue_before+visits_before."
        elif len(set(several)) < len(several):
            problem, remedy = f"'{entry}' names a covariate twice", "Name each once."
        elif seen:
            problem, remedy = f"'{seen}' is measured by the test itself", before
        elif found[name].covariate:
            problem, remedy = f"'{name}' is named twice", f"Write {name}:{found[name].covariate}+{covariate}."
        else:
            found[name] = replace(found[name], covariate="+".join(several))
            continue
        raise _refusal("covariates", problem, remedy)
    return found


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
