"""How many units an effect takes, and which effect some units can show: every formula has a name.

Proportions: pooled z test, as R's power.prop.test (statsmodels). Means: two-sample t test, as R's power.t.test
(statsmodels). Ratios: a mean whose variance is the delta method's. A covariate leaves 1 − ρ² of the variance (CUPED).
Several comparisons: alpha over their number (Bonferroni, the worst that Holm can ask for). Looks: the sample times the
inflation of the group-sequential bounds, from `mlpm.experiment.sequential`.
"""

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

from mlpm.experiment.sequential import Shape, critical_values, crossings, final_alpha, sample_inflation

FORMULAS = {
    "proportion": "pooled z test (R's power.prop.test)",
    "mean": "two-sample t test (R's power.t.test)",
    "ratio": "two-sample t test on the delta method's variance",
}
MOST = 10.0  # no plan waits for an effect of more than ten times the control
LEAST_UNITS = 4  # per arm: below it no variance can be estimated that anybody would trust

# A study asks for the same few bounds hundreds of times.
_inflation = cache(sample_inflation)


@cache
def _bounds(looks: int, shape: Shape, level: float) -> tuple[float, ...]:
    return tuple(float(z) for z in critical_values(looks, shape, level))


@dataclass(frozen=True)
class Design:
    """A test on paper. Units are always those of all arms together; effects are relative, shares of the control.

    variation: standard deviation over mean of the metric per unit (its coefficient of variation); for a proportion p
    it is √((1 − p)/p). correlation: with the covariate. comparisons: chances to win that share `alpha`.
    """

    kind: str
    baseline: float
    variation: float
    correlation: float = 0.0
    alpha: float = 0.05
    power: float = 0.8
    split: tuple[float, ...] = (0.5, 0.5)
    comparisons: int = 1
    looks: int = 1
    bounds: Shape = "obrien-fleming"

    @property
    def level(self) -> float:
        """What one comparison may spend: Bonferroni."""
        return self.alpha / self.comparisons

    @property
    def kept(self) -> float:
        """The share of the variance that the covariate leaves."""
        return 1 - self.correlation**2

    @property
    def treatment(self) -> float:
        """The share of the smallest treatment: the one that needs the longest."""
        return min(self.split[1:])

    @property
    def ratio(self) -> float:
        """Units of the control for one of the treatment."""
        return self.split[0] / self.treatment

    @property
    def inflation(self) -> float:
        """How many times the single-look sample the looks ask for."""
        return 1.0 if self.looks == 1 else _inflation(self.looks, self.bounds, self.level, self.power)

    def per_arm(self, units: float) -> float:
        """Units of the smallest treatment when all arms hold `units`."""
        return units * self.treatment

    def pairs(self, units: float) -> float:
        """1 / (1/treatment + 1/control): what a standard error divides by."""
        treatment, control = units * self.treatment, units * self.split[0]
        return treatment * control / (treatment + control)

    def units(self, effect: float) -> float:
        """Units in all arms for a relative effect at the asked power; infinite where a proportion would pass 1."""
        if self.kind == "proportion":
            if self.baseline * (1 + effect) >= 1:
                return math.inf
            single = self.kept * samplesize_proportions_2indep_onetail(
                self.baseline * effect, self.baseline, self.power, ratio=self.ratio, alpha=self.level,
                alternative="two-sided",
            )
        else:
            single = self._t_test(effect / (self.variation * self.kept**0.5))
        return max(float(single), LEAST_UNITS) * self.inflation / self.treatment

    def _t_test(self, standardized: float) -> float:
        options = {"alpha": self.level, "power": self.power, "ratio": self.ratio, "alternative": "two-sided"}
        normal = self.normal(standardized, self.level / 2)
        # Below a handful of units the solver leaves the range in which the noncentral t has a value.
        return TTestIndPower().solve_power(standardized, **options) if normal > LEAST_UNITS else normal

    def normal(self, standardized: float, one_sided: float) -> float:
        """Units of the treatment by the normal approximation: ((z + z of the power) / d)² (1 + treatment/control)."""
        return ((norm.isf(one_sided) + norm.isf(1 - self.power)) / standardized) ** 2 * (1 + 1 / self.ratio)

    def smallest_effect(self, units: float) -> float | None:
        """The smallest relative effect found with the asked power; None where not even the largest would be."""
        most = min((1 - self.baseline) / self.baseline * (1 - 1e-9), MOST) if self.kind == "proportion" else MOST
        if self.per_arm(units) < LEAST_UNITS or self.units(most) > units:
            return None
        return float(math.exp(brentq(
            lambda log: math.log(self.units(math.exp(log)) / units), math.log(1e-7), math.log(most), xtol=1e-10
        )))

    def drift(self, effect: float, units: float) -> float:
        """Expected z at the last look for a true relative effect."""
        if self.kind != "proportion":
            return effect / (self.variation * self.kept**0.5) * self.pairs(units) ** 0.5
        z, old = norm.isf(self.level / 2), self.baseline
        new, n = old * (1 + effect), self.per_arm(units) / self.kept
        pooled = (new + old * self.ratio) / (1 + self.ratio)
        null = (pooled * (1 - pooled) * (1 + 1 / self.ratio)) ** 0.5
        alternative = (new * (1 - new) + old * (1 - old) / self.ratio) ** 0.5
        return float(z + (old * effect * n**0.5 - z * null) / alternative)

    def chance(self, effect: float, units: float) -> float:
        """Chance that a true relative effect is called a win at one of the looks; 0 for one that cannot be."""
        if self.kind == "proportion" and self.baseline * (1 + effect) >= 1:
            return 0.0
        bounds = np.array(_bounds(self.looks, self.bounds, self.level))
        return float(crossings(bounds, self.drift(effect, units))[:, 1].sum())

    def reach(self, units: float) -> float:
        """Half the width of the relative interval at the last look, not corrected for comparisons."""
        z = norm.isf(final_alpha(self.looks, self.alpha) / 2)
        return float(z * self.variation * self.kept**0.5 / self.pairs(units) ** 0.5)

    def overstated(self, effect: float, units: float) -> float:
        """How many times too large a true effect reads on average when it is called a win.

        Mean of a normal estimate beyond the last look's bound, over the truth: Gelman and Carlin's exaggeration ratio
        (2014) for wins alone. Early stops, which overstate more, are left out.
        """
        z = _bounds(self.looks, self.bounds, self.level)[-1]
        drift = self.drift(effect, units)
        return float(1 + norm.pdf(z - drift) / norm.sf(z - drift) / drift)


@dataclass(frozen=True)
class Guardrail:
    """A harm to be excluded. variation: deviation over mean; margin, harm (expected): shares of the control.

    The whole interval of the last look has to end before the margin: a one-sided test at half its level. Guardrails
    stay outside the correction for comparisons, since all of them have to hold.
    """

    variation: float
    margin: float
    harm: float
    design: Design

    @property
    def _level(self) -> float:
        return final_alpha(self.design.looks, self.design.alpha) / 2

    @property
    def _standardized(self) -> float:
        return (self.margin - self.harm) / self.variation

    def units(self) -> float:
        """Units in all arms for which the margin is shown to hold with the asked power."""
        return float(self.design.normal(self._standardized, self._level)) / self.design.treatment

    def chance(self, units: float) -> float:
        """Chance that the guardrail is shown to hold."""
        return float(norm.sf(norm.isf(self._level) - self._standardized * self.design.pairs(units) ** 0.5))


def answers(design: Design, effect: float) -> dict[str, float]:
    """Units per arm by the formulas people use, for one look, one comparison, two equal arms and no covariate."""
    plain = replace(design, split=(0.5, 0.5), comparisons=1, looks=1, correlation=0.0)
    alpha, power = plain.alpha, plain.power
    z, b = norm.isf(alpha / 2), norm.isf(1 - power)
    options = {"alpha": alpha, "power": power, "alternative": "two-sided"}
    if design.kind != "proportion":
        standardized = effect / design.variation
        return {
            FORMULAS[design.kind]: plain.per_arm(plain.units(effect)),
            "normal approximation": float(plain.normal(standardized, alpha / 2)),
            "rule of thumb, 16 σ²/δ²": 16 / standardized**2,
        }
    old, new = design.baseline, design.baseline * (1 + effect)
    if new >= 1:
        return {}
    apart = new - old
    arcsine = 2 * (math.asin(new**0.5) - math.asin(old**0.5))
    both = old * (1 - old) + new * (1 - new)
    return {
        FORMULAS["proportion"]: plain.per_arm(plain.units(effect)),
        "unpooled z test": float((z + b) ** 2 * both / apart**2),
        "arcsine (R's pwr.2p.test)": float(NormalIndPower().solve_power(arcsine, **options)),
        "null variance of the control (Evan Miller)":
            float((z * (2 * old * (1 - old)) ** 0.5 + b * both**0.5) ** 2 / apart**2),
        "rule of thumb, 16 p(1 − p)/δ²": 16 * old * (1 - old) / apart**2,
    }


def dunnett(split: tuple[float, ...], alpha: float = 0.05) -> float:
    """Critical |z| when several treatments share one control and one metric decides (Dunnett 1955), two-sided.

    z of treatment i is √(1 − λᵢ²)·own noise + λᵢ·the control's, λᵢ² = nᵢ/(nᵢ + n of the control): given the control's
    noise the treatments are independent, so one integral gives the chance that all stay inside.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    shared = np.sqrt([share / (share + split[0]) for share in split[1:]])
    own = np.sqrt(1 - shared**2)

    def stays(c: float) -> float:
        upper = norm.cdf((c - np.outer(nodes, shared)) / own)
        lower = norm.cdf((-c - np.outer(nodes, shared)) / own)
        return float(weights @ np.prod(upper - lower, axis=1) / math.sqrt(2 * math.pi))

    single = norm.isf(alpha / 2)
    return float(brentq(lambda c: 1 - alpha - stays(c), single - 1e-9, norm.isf(alpha / 2 / len(shared)) + 1e-9))
