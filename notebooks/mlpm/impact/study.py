"""Everything the notebook shows about one log and one question, computed once."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from scipy.stats import norm
from tea_tasting.aggr import Aggregates

from mlpm.experiment.estimates import Estimate, compare_means, smallest_change_of_mean
from mlpm.experiment.health import ALARM, SampleRatio, known, sample_ratio
from mlpm.experiment.plan import Metric
from mlpm.impact import size
from mlpm.impact.cohorts import Cohorts, Share, cohorts, share
from mlpm.impact.decision import decide
from mlpm.impact.log import EXPOSED, HELD, Log
from mlpm.impact.question import Guardrail, Question
from mlpm.impact.wins import Claim, claim

Z = size.Z
MONTH = 30  # days, for what a holdout costs


@dataclass(frozen=True)
class Rail:
    """A guardrail among the exposed, with its 95% interval; verdict: breached, near, holds, or unseen."""

    guardrail: Guardrail
    value: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True)
class Fading:
    """The relative effect in the first and in the second half of the period, and the change between them."""

    early: Estimate
    late: Estimate
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class Findings:
    """What the log says. effect: exposed against holdout, with the covariate if there is one; plain: without it."""

    log: Log
    question: Question
    activation: Cohorts
    back: Cohorts
    rails: list[Rail]
    claim: Claim | None
    ratio: SampleRatio | None = None
    before: Estimate | None = None
    effect: Estimate | None = None
    plain: Estimate | None = None
    smallest: float | None = None
    fading: Fading | None = None
    alarms: list[str] = field(default_factory=list)
    decision: str = "start_holdout"

    @property
    def population(self) -> float:
        """Everybody, held out or not, those included whom the file leaves out."""
        return self.log.users(HELD) + self.log.users(EXPOSED) / self.question.sampled

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the outcome over its mean, what the covariate explains taken off."""
        if self.effect is None or self.effect.difference_high is None or not self.effect.control > 0:
            return self._unheld
        error = (self.effect.difference_high - self.effect.difference_low) / 2 / Z
        unit = (1 / self.log.users(HELD) + 1 / self.log.users(EXPOSED)) ** 0.5
        return error / unit / self.effect.control

    @property
    def _unheld(self) -> float | None:
        exposed = self.log.moments[EXPOSED]
        mean = exposed.mean("value")
        return exposed.var("value") ** 0.5 / mean if mean > 0 else None

    @property
    def gain(self) -> tuple[float, float, float] | None:
        """What the launches bring a user a month after the margin, with its interval; None without an effect."""
        if self.effect is None or self.effect.difference_low is None:
            return None
        factor = self.question.margin * MONTH / self.log.days
        return tuple(
            factor * x for x in (self.effect.difference, self.effect.difference_low, self.effect.difference_high)
        )

    @property
    def cost(self) -> tuple[float, float, float] | None:
        """What the holdout gives up a month."""
        return None if self.gain is None else tuple(self.log.users(HELD) * x for x in self.gain)

    @property
    def sizes(self) -> list[size.Size]:
        if self.deviation is None:
            return []
        return size.sizes(self.population, self.deviation, None if self.gain is None else self.gain[0])

    @property
    def ratio_to_claim(self) -> tuple[float, float, float] | None:
        """How much of the announced sum arrived, with the holdout's interval."""
        if self.claim is None or self.effect is None or self.effect.relative is None or not self.claim.total > 0:
            return None
        effect = self.effect
        return tuple(x / self.claim.total for x in (effect.relative, effect.relative_low, effect.relative_high))

    def gap(self, expected: float | None, error: float | None) -> tuple[float, float, float] | None:
        """A claim less the holdout's effect, with its interval; None where either has none."""
        if expected is None or error is None or self.effect is None or self.effect.relative is None:
            return None
        own = (self.effect.relative_high - self.effect.relative_low) / 2 / Z
        half = Z * (error**2 + own**2) ** 0.5
        return (
            expected - self.effect.relative,
            expected - self.effect.relative - half,
            expected - self.effect.relative + half,
        )

    @property
    def gap_to_sum(self) -> tuple[float, float, float] | None:
        return None if self.claim is None else self.gap(self.claim.total, self.claim.error)

    @property
    def gap_to_expected(self) -> tuple[float, float, float] | None:
        return None if self.claim is None else self.gap(self.claim.expected, self.claim.expected_error)

    @property
    def needed(self) -> float | None:
        """Share to hold out to find what the wins lead one to expect, or else the gain worth having."""
        if self.deviation is None:
            return None
        target = self.claim.expected or self.claim.total if self.claim else None
        return size.smallest(
            target if target and target > 0 else self.question.minimum, self.population, self.deviation
        )

    @property
    def next_outcome(self) -> date:
        """In four weeks: a look a week at a slow number finds chance."""
        return self.log.until + timedelta(days=28)


def analyze(log: Log, question: Question) -> Findings:
    """The whole answer for one log. Raises nothing that `read` did not."""
    parts = {
        "activation": cohorts(log, "activated", question.activation_days),
        "back": cohorts(log, "returned", question.back_to),
        "rails": [rail(log.moments[EXPOSED], n, one) for n, one in enumerate(question.guardrails)],
        "claim": claim(question.wins, question.tried),
    }
    breached = [f"{one.guardrail.event} is over its limit" for one in parts["rails"] if one.verdict == "breached"]
    if not log.has_holdout:
        return Findings(log, question, **parts, alarms=breached)
    held, exposed = log.moments[HELD], log.moments[EXPOSED]
    ratio = sample_ratio(
        {HELD: held.count(), EXPOSED: exposed.count()}, (question.expected_share, 1 - question.expected_share)
    )
    covered = log.began is not None and (held + exposed).var("before") > 0
    before = compare(held, exposed, "before") if covered else None
    effect = compare(held, exposed, "value", "before" if covered else None)
    alarms = ["the holdout is not the share that was drawn"] if ratio.alarm else []
    if before is not None and before.p_value is not None and before.p_value < ALARM:
        alarms.append("the groups differed before the holdout began")
    alarms += breached
    metric = effect.metric
    return Findings(
        log,
        question,
        **parts,
        ratio=ratio,
        before=before,
        effect=effect,
        plain=compare(held, exposed, "value"),
        smallest=_smallest(metric, held, exposed, covered),
        fading=fading(held, exposed, "before" if covered else None),
        alarms=alarms,
        decision=decide(effect.relative_low, effect.relative_high, question.minimum, alarms=bool(alarms)),
    )


def compare(held: Aggregates, exposed: Aggregates, column: str, covariate: str | None = None) -> Estimate:
    """Exposed against holdout: Welch, with Fieller's relative interval; CUPED where there is a covariate."""
    return compare_means(Metric(column, "mean", covariate=covariate), EXPOSED, held, exposed)


def _smallest(metric: Metric, held: Aggregates, exposed: Aggregates, adjusted: bool) -> float | None:
    """The smallest relative effect that these users would have shown 80 times in 100."""
    if not (held + exposed).var("value") > 0 or not held.mean("value") > 0:
        return None
    found = smallest_change_of_mean(metric, held, exposed, 0.05, adjusted)
    return None if found is None else found / held.mean("value")


def fading(held: Aggregates, exposed: Aggregates, covariate: str | None = None) -> Fading | None:
    """Whether the effect changed between the halves of the period; None where a half cannot say.

    A user's two halves hang together, so the change is not judged from two intervals side by side: the variance of
    late/mean(late) − early/mean(early), less what the covariate explains of it, is taken within users (delta method).
    """
    halves = [compare(held, exposed, column, covariate) for column in ("early", "late")]
    if any(half.relative is None for half in halves):
        return None
    early, late = halves
    change = late.relative - early.relative
    both, variance = held + exposed, 0.0
    explained = [
        both.cov(column, covariate) / both.var(covariate) if covariate else 0.0 for column in ("early", "late")
    ]
    for arm, grow in ((exposed, (1.0, 1.0)), (held, (1 + early.relative, 1 + late.relative))):
        a, b = grow[0] / early.control, grow[1] / late.control
        spread = a**2 * arm.var("early") + b**2 * arm.var("late") - 2 * a * b * arm.cov("early", "late")
        if covariate:
            theta = b * explained[1] - a * explained[0]
            together = b * arm.cov("late", covariate) - a * arm.cov("early", covariate)
            spread += theta**2 * arm.var(covariate) - 2 * theta * together
        variance += spread / arm.count()
    half = Z * variance**0.5
    return Fading(early, late, change, change - half, change + half)


def rail(arm: Aggregates, n: int, guardrail: Guardrail) -> Rail:
    """A guardrail among the exposed: Wilson for a share of users, the delta method for a mean over events."""
    if guardrail.kind == "users":
        counted: Share = share(round(arm.mean(f"has_{n}") * arm.count()), arm.count())
        value, low, high = counted.value, counted.low, counted.high
    elif not arm.mean(f"count_{n}") > 0:
        return Rail(guardrail, None, None, None, "unseen")
    else:
        value = arm.mean(f"sum_{n}") / arm.mean(f"count_{n}")
        error = (arm.ratio_var(f"sum_{n}", f"count_{n}") / arm.count()) ** 0.5
        low, high = value - Z * error, value + Z * error
    verdict = "breached" if low > guardrail.limit else "holds" if high < guardrail.limit else "near"
    return Rail(guardrail, value, low, high, verdict)


def chance_of_at_least(effect: Estimate, target: float) -> float | None:
    """p-value, one-sided, that the effect is at least the target: small means the target is out of reach."""
    if effect.relative is None:
        return None
    error = (effect.relative_high - effect.relative_low) / 2 / Z
    return float(norm.cdf((effect.relative - target) / error))


__all__ = ["Fading", "Findings", "Rail", "analyze", "chance_of_at_least", "compare", "fading", "known", "rail"]
