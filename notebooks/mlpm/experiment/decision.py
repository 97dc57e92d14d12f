"""From estimates to one word: ship, stop, run_longer or invalid.

A metric's verdict, first that applies (significant: adjusted p at most the level the last look leaves):
  worse      significant, in the wrong direction
  too_small  even the good end of the relative interval is below the minimum effect
  better     significant, in the right direction, and the estimate is at least the minimum effect
  unclear    none of these
A guardrail's verdict: breached, the whole interval lies beyond the margin; holds, none of it does; unclear otherwise.

A variant's decision, first that applies:
  stop        a metric is worse or a guardrail is breached
  ship        a metric is better (without metrics that can win: nothing more is asked) and every guardrail holds
  stop        every metric is too_small
  run_longer  none of these
The experiment's decision: invalid when a health check raises its alarm, and then so is every verdict; otherwise ship
when a variant ships, run_longer when one runs longer, and stop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mlpm.experiment.estimates import Estimate
from mlpm.experiment.health import Health
from mlpm.experiment.plan import Plan

ORDER = ("ship", "run_longer", "stop")


@dataclass(frozen=True)
class Decision:
    """The word, the word for each variant, and the estimates with their verdicts."""

    decision: str
    variants: dict[str, str]
    estimates: list[Estimate]

    @property
    def chosen(self) -> str | None:
        """The variant to ship: of several, the one whose best metric gained most."""
        if self.decision != "ship":
            return None
        ships = [variant for variant, word in self.variants.items() if word == "ship"]
        return max(ships, key=self._gain)

    def _gain(self, variant: str) -> float:
        gains = [e.metric.sign * (e.relative or 0) for e in self.of(variant) if e.verdict == "better"]
        return max(gains, default=0.0)

    def of(self, variant: str) -> list[Estimate]:
        return [estimate for estimate in self.estimates if estimate.variant == variant]


def decide(plan: Plan, estimates: Sequence[Estimate], health: Health) -> Decision:
    """Judge every estimate, then every variant, then the experiment."""
    judged = [replace(estimate, verdict=verdict(estimate, plan.level, plan.minimum_effect)) for estimate in estimates]
    variants = {}
    for variant in dict.fromkeys(estimate.variant for estimate in judged):
        variants[variant] = _variant([estimate for estimate in judged if estimate.variant == variant])
    if health.alarm:
        # No verdict survives: one that says "better" would be quoted.
        judged = [replace(estimate, verdict="invalid") for estimate in judged]
        return Decision("invalid", dict.fromkeys(variants, "invalid"), judged)
    return Decision(min(variants.values(), key=ORDER.index), variants, judged)


def verdict(estimate: Estimate, level: float, minimum_effect: float) -> str:
    """One word for one metric in one variant; the rules stand at the top of this module."""
    if estimate.metric.guardrail:
        return _guardrail(estimate)
    gain, best = _gain(estimate)
    significant = estimate.p_value_adjusted is not None and estimate.p_value_adjusted <= level
    if significant and estimate.metric.sign * estimate.difference < 0:
        return "worse"
    if best is not None and best < minimum_effect:
        return "too_small"
    # Without a relative change (the control is not clearly above zero) there is nothing to hold against the minimum.
    if significant and (gain is None or gain >= minimum_effect):
        return "better"
    return "unclear"


def _gain(estimate: Estimate) -> tuple[float | None, float | None]:
    """Relative change in the good direction: the estimate, and the good end of its interval."""
    if estimate.relative is None:
        return None, None
    if estimate.metric.sign > 0:
        return estimate.relative, estimate.relative_high
    return -estimate.relative, -estimate.relative_low


def _guardrail(estimate: Estimate) -> str:
    if estimate.relative is None:
        return "unclear"
    low, high = sorted(-estimate.metric.sign * bound for bound in (estimate.relative_low, estimate.relative_high))
    if low > estimate.metric.margin:
        return "breached"
    return "holds" if high < estimate.metric.margin else "unclear"


def _variant(estimates: Sequence[Estimate]) -> str:
    verdicts = [e.verdict for e in estimates if not e.metric.guardrail]
    guardrails = [e.verdict for e in estimates if e.metric.guardrail]
    if "worse" in verdicts or "breached" in guardrails:
        return "stop"
    if ("better" in verdicts or not verdicts) and all(word == "holds" for word in guardrails):
        return "ship"
    if verdicts and all(word == "too_small" for word in verdicts):
        return "stop"
    return "run_longer"
