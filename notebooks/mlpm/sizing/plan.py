"""Everything the notebook shows about one plan, computed once: weeks, costs, the guardrail, the price, one decision.

run                      the metric and the guardrail are settled in the weeks allowed
run_longer_than_allowed  they are, in more weeks than allowed and no more than the longest anybody would wait
not_detectable           they are not, even then: learn another way, or run it for what it can still exclude
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.stats import norm

from mlpm import InputError
from mlpm.experiment.sequential import critical_values, false_positive_risk, final_alpha
from mlpm.sizing.question import Question
from mlpm.sizing.sizes import FORMULAS, Design, Guardrail, answers
from mlpm.sizing.traffic import WEEK, Traffic

DECISIONS = ("run", "run_longer_than_allowed", "not_detectable")
DAYS_A_MONTH = 365.25 / 12
Change = Callable[[Design], Design]


def decide(weeks_needed: float, weeks_allowed: int) -> str:
    """One word from the full weeks that settle the question, infinite where no number of weeks allowed does."""
    if not math.isfinite(weeks_needed):
        return "not_detectable"
    return "run" if weeks_needed <= weeks_allowed else "run_longer_than_allowed"


def _same(design: Design) -> Design:
    return design


@dataclass(frozen=True)
class Plan:
    """A question and the traffic that has to answer it."""

    asked: Question
    traffic: Traffic

    def __post_init__(self):
        """Refuse an effect that the share measured leaves no room for. Raises InputError."""
        effect, share = self.asked.minimum_effect, self.now.baseline
        if self.asked.kind == "proportion" and not 0 < self.now.changed(effect) < 1:
            moved = "lower" if self.asked.sign < 0 else "lift"
            end = "0 or less" if self.asked.sign < 0 else "1 or more"
            raise InputError(
                f"Parameter minimum_effect is {effect:g}: it would {moved} a share of {share:.6g} to {end}. "
                "Give a relative effect, such as 0.01 for one percent of that share."
            )

    # --- Units and weeks ------------------------------------------------------------------------------------------

    def design(self, weeks: int) -> Design:
        """The test with the spread that the metric has over so many weeks."""
        asked, spread = self.asked, self.traffic.spread(weeks)
        baseline = spread.baseline if spread else asked.baseline
        if asked.kind == "proportion":
            # Where every unit or none did it, nothing is left to detect; keep clear of both.
            baseline = min(max(baseline, 1e-9), 1 - 1e-9)
            variation = ((1 - baseline) / baseline) ** 0.5
        else:
            variation = spread.variation if spread else asked.spread / asked.baseline
        return Design(
            kind=asked.kind,
            baseline=baseline,
            variation=variation,
            correlation=spread.correlation if spread else asked.correlation,
            alpha=asked.alpha,
            power=asked.power,
            split=asked.split,
            comparisons=asked.comparisons,
            looks=asked.looks,
            bounds=asked.bounds,
            sign=asked.sign,
        )

    def guardrail(self, weeks: int) -> Guardrail | None:
        if not self.asked.guarded:
            return None
        spread = self.traffic.spread(weeks)
        known = spread.guardrail if spread and spread.guardrail else self.traffic.guardrail
        variation = known or self.asked.guardrail_spread
        return Guardrail(variation, self.asked.guardrail_margin, self.asked.guardrail_harm, self.design(weeks))

    def distinct(self, weeks: float) -> float:
        """Units of all arms in so many weeks."""
        return self.traffic.distinct(WEEK * weeks)

    def measured(self, weeks: int) -> bool:
        """Whether the file covers so many weeks, or they are the last week's pace and the last spread, drawn on."""
        spreads = self.traffic.spreads
        return weeks <= min(self.traffic.weeks, spreads[-1].weeks if spreads else self.traffic.weeks)

    @property
    def allowed(self) -> int:
        return self.asked.weeks_allowed

    @cached_property
    def now(self) -> Design:
        """The design over the weeks allowed."""
        return self.design(self.allowed)

    @cached_property
    def units_allowed(self) -> float:
        return self.distinct(self.allowed)

    def weeks_for(self, effect: float, change: Change = _same) -> float:
        """Full weeks until a relative effect shows at the asked power; infinite beyond the longest."""
        for weeks in range(self.asked.weeks_least, self.asked.weeks_longest + 1):
            if change(self.design(weeks)).units(effect) <= self.distinct(weeks):
                return weeks
        return math.inf

    @cached_property
    def weeks_for_metric(self) -> float:
        return self.weeks_for(self.asked.minimum_effect)

    @cached_property
    def weeks_for_guardrail(self) -> float:
        for weeks in range(self.asked.weeks_least, self.asked.weeks_longest + 1):
            guardrail = self.guardrail(weeks)
            if guardrail is None or guardrail.units() <= self.distinct(weeks):
                return weeks
        return math.inf

    @cached_property
    def weeks_needed(self) -> float:
        return max(self.weeks_for_metric, self.weeks_for_guardrail)

    @property
    def bound_by(self) -> str:
        """What needs the most weeks."""
        return "guardrail" if self.weeks_for_guardrail > self.weeks_for_metric else "metric"

    @cached_property
    def decision(self) -> str:
        return decide(self.weeks_needed, self.allowed)

    @cached_property
    def units_needed(self) -> float:
        """Units of all arms for the minimum effect, with the spread of the weeks allowed."""
        return self.now.units(self.asked.minimum_effect)

    @cached_property
    def days_needed(self) -> float:
        """Days until so many have come; beyond the file a lower bound, as newcomers become fewer."""
        return self.traffic.days_for(self.units_needed)

    @cached_property
    def days_by_multiplying(self) -> float:
        """What a plan says that divides the units needed by those of a mean day of the weeks allowed."""
        return self.units_needed / (self.units_allowed / (WEEK * self.allowed))

    @cached_property
    def smallest(self) -> float | None:
        """The smallest effect that the weeks allowed find at the asked power."""
        return self.now.smallest_effect(self.units_allowed)

    @cached_property
    def smallest_alone(self) -> float | None:
        """The same if this metric alone could win."""
        return replace(self.now, comparisons=1).smallest_effect(self.units_allowed)

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """One row a number of weeks: units, smallest effect, chance to find the minimum, whether measured."""
        rows = []
        for weeks in range(1, self.asked.weeks_longest + 1):
            design, units, guardrail = self.design(weeks), self.distinct(weeks), self.guardrail(weeks)
            rows.append({
                "weeks": weeks,
                "units": units,
                "smallest": design.smallest_effect(units),
                "chance": design.chance(self.asked.minimum_effect, units),
                "guardrail": guardrail.chance(units) if guardrail else None,
                "measured": self.measured(weeks),
            })  # fmt: skip
        return pd.DataFrame(rows).astype({"smallest": float, "guardrail": float})

    # --- What other plans would cost ------------------------------------------------------------------------------

    @cached_property
    def changes(self) -> dict[str, Change]:
        """Plans that differ in one thing, by name; only those that differ."""
        asked, arms = self.asked, len(self.asked.split)
        found: dict[str, Change] = {"as planned": _same}
        if asked.comparisons > 1:
            found["one comparison"] = lambda d: replace(d, comparisons=1)
        if asked.looks > 1:
            found["one look"] = lambda d: replace(d, looks=1)
            other, name = ("pocock", "Pocock's bounds") if asked.bounds == "obrien-fleming" else (
                "obrien-fleming", "O'Brien–Fleming bounds")
            found[f"{asked.looks} looks, {name}"] = lambda d: replace(d, bounds=other)
        else:
            found["5 looks"] = lambda d: replace(d, looks=5)
        found["one more variant"] = lambda d: replace(
            d, split=(1 / (arms + 1),) * (arms + 1), comparisons=asked.winners * arms
        )
        if asked.split != (0.9, 0.1):
            found["split 9:1"] = lambda d: replace(d, split=(0.9, 0.1), comparisons=asked.winners)
        if abs(self.now.correlation) > 0.01:
            found["without the covariate"] = lambda d: replace(d, correlation=0.0)
        if asked.power != 0.9:
            found["power of 90 in 100"] = lambda d: replace(d, power=0.9)
        return found

    @cached_property
    def costs(self) -> pd.DataFrame:
        """One row a plan: the smallest effect in the weeks allowed, units and weeks for the minimum effect."""
        rows = []
        for name, change in self.changes.items():
            design = change(self.now)
            rows.append({
                "plan": name,
                "smallest": design.smallest_effect(self.units_allowed),
                "units": design.units(self.asked.minimum_effect),
                "times": design.units(self.asked.minimum_effect) / self.units_needed,
                "weeks": self.weeks_for(self.asked.minimum_effect, change),
            })  # fmt: skip
        return pd.DataFrame(rows).astype({"smallest": float})

    @cached_property
    def formulas(self) -> pd.DataFrame:
        """Units per arm by the formulas people use, for the minimum effect."""
        found = answers(self.now, self.asked.minimum_effect)
        frame = pd.DataFrame({"formula": list(found), "units": list(found.values())})
        return frame.assign(apart=frame.units / frame.units.iloc[0] - 1) if len(frame) else frame.assign(apart=[])

    @property
    def formula(self) -> str:
        return FORMULAS[self.asked.kind]

    # --- What an answer will be worth -----------------------------------------------------------------------------

    @cached_property
    def chance_of_minimum(self) -> float:
        return self.now.chance(self.asked.minimum_effect, self.units_allowed)

    @cached_property
    def overstated(self) -> float:
        """How many times too large the minimum effect reads, on average, when it is called a win."""
        return self.now.overstated(self.asked.minimum_effect, self.units_allowed)

    @cached_property
    def reach(self) -> float:
        """What the interval of the last look reaches to either side."""
        return self.now.reach(self.units_allowed)

    @cached_property
    def excluded(self) -> float:
        """The harm to the metric that is excluded at the asked power if nothing changed."""
        return self.now.excluded(self.units_allowed)

    def false_wins(self, power: float) -> float:
        """Share of wins that are false, at this power, over the whole test: its alpha, not a comparison's."""
        return false_positive_risk(self.asked.prior_win_rate, self.asked.alpha, power)

    @cached_property
    def guardrail_chance(self) -> float | None:
        guardrail = self.guardrail(self.allowed)
        return guardrail.chance(self.units_allowed) if guardrail else None

    @cached_property
    def guardrail_units(self) -> float | None:
        guardrail = self.guardrail(self.allowed)
        return guardrail.units() if guardrail else None

    @cached_property
    def exposed(self) -> float:
        """Euros of value that pass through the treatments in the weeks allowed, if the test holds all of it."""
        return (1 - self.asked.split[0]) * self.asked.value_a_month * WEEK * self.allowed / DAYS_A_MONTH

    @property
    def value_a_year(self) -> float:
        """What the minimum effect is worth in a year."""
        return 12 * self.asked.value_a_month * self.asked.minimum_effect

    @property
    def final_level(self) -> float:
        return final_alpha(self.asked.looks, self.asked.alpha)

    # --- For machines and chapters --------------------------------------------------------------------------------

    def result(self) -> dict:
        """The answer for machines."""
        asked, traffic = self.asked, self.traffic
        return {
            "decision": self.decision,
            "bound_by": self.bound_by,
            "weeks_needed": self.weeks_needed,
            "weeks_allowed": self.allowed,
            "kind": asked.kind,
            "formula": self.formula,
            "baseline": self.now.baseline,
            "variation": self.now.variation,
            "correlation": self.now.correlation,
            "minimum_effect": asked.minimum_effect,
            "comparisons": asked.comparisons,
            "units_needed": math.ceil(self.units_needed) if math.isfinite(self.units_needed) else None,
            "units_per_arm": self.per_arm_needed,
            "units_available": self.units_allowed,
            "days_covered": traffic.days,
            "smallest_effect": self.smallest,
            "smallest_effect_alone": self.smallest_alone,
            "chance_of_minimum": self.chance_of_minimum,
            "guardrail_chance": self.guardrail_chance,
            "false_wins": self.false_wins(asked.power),
            "false_wins_at_minimum": self.false_wins(self.chance_of_minimum),
            "weeks": self.weeks.to_dict("records"),
            "notes": traffic.notes,
        }

    @property
    def per_arm_needed(self) -> int | None:
        """Units of the smallest treatment for the minimum effect."""
        return math.ceil(self.now.per_arm(self.units_needed)) if math.isfinite(self.units_needed) else None

    def numbers(self) -> dict[str, int | float | str]:
        """Every number a chapter may pull in, by name; what does not exist is left out."""
        asked = self.asked
        found = {name: value for name, value in self.result().items() if isinstance(value, (int, float, str))}
        found |= {
            "decision": self.decision.replace("_", " "),
            "days_needed": self.days_needed,
            "days_by_multiplying": self.days_by_multiplying,
            "weeks_by_multiplying": math.ceil(self.days_by_multiplying / WEEK),
            "doubled": 2 * self.units_allowed,
            "pace": self.traffic.pace,
            "first": self.traffic.first,
            "last": self.traffic.last,
            "variance_removed": 1 - self.now.kept,
            "worth": 1 / self.now.kept,
            "inflation": self.now.inflation,
            "final_level": self.final_level,
            "level": self.now.level,
            "looks": asked.looks,
            "alpha": asked.alpha,
            "power_of_100": round(100 * asked.power),
            "chance_of_100": round(100 * self.chance_of_minimum),
            "overstated": self.overstated,
            "reads_as": self.overstated * asked.minimum_effect,
            "reach": self.reach,
            "excluded": self.excluded,
            "false_of_100": round(100 * self.false_wins(asked.power)),
            "false_at_minimum_of_100": round(100 * self.false_wins(self.chance_of_minimum)),
            "wins_of_100": round(100 * asked.prior_win_rate),
            "value_a_year": self.value_a_year,
            "exposed": self.exposed,
            # two digits: nobody will check them to the cent
            "percent_of_harm": float(f"{self.exposed / 100:.2g}"),
        }
        for row in self.weeks.itertuples():
            found |= {f"units_{row.weeks}": round(row.units), f"smallest_{row.weeks}": row.smallest,
                      f"chance_{row.weeks}_of_100": round(100 * row.chance)}  # fmt: skip
        for row in self.costs.itertuples():
            name = re.sub(r"\W+", "_", row.plan.lower(), flags=re.ASCII).strip("_")
            found |= {f"{name}_smallest": row.smallest, f"{name}_times": row.times, f"{name}_units": row.units}
        for look, z in enumerate(critical_values(asked.looks, asked.bounds, asked.alpha), start=1):
            found[f"look_{look}_level"] = float(2 * norm.sf(z))
        for place, row in enumerate(self.formulas.itertuples(), start=1):
            found |= {f"formula_{place}": row.formula, f"formula_{place}_units": row.units}
        if asked.guarded:
            found |= {
                "guardrail_of_100": round(100 * self.guardrail_chance), "guardrail_margin": asked.guardrail_margin,
                "guardrail_harm": asked.guardrail_harm, "guardrail_units": self.guardrail_units,
                "guardrail_weeks": self.weeks_for_guardrail,
            }  # fmt: skip
        if asked.break_even is not None:
            found["break_even"] = asked.break_even
        return {
            name: value for name, value in found.items()
            if value is not None and not (isinstance(value, float) and not np.isfinite(value))
        }  # fmt: skip
