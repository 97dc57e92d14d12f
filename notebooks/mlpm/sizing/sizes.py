"""How many units an effect takes, and which effect some units can show: every formula has a name.

Proportions: pooled z test, as R's power.prop.test (statsmodels). Means: two-sample t test, as R's power.t.test
(statsmodels). Ratios: a mean whose variance is the delta method's. A covariate leaves 1 − ρ² of the variance (CUPED).
Several comparisons: alpha over their number (Bonferroni, the worst that Holm can ask for). Looks: the sample times the
inflation of the group-sequential bounds, from `mlpm.experiment.sequential`.
"""

import math
import warnings
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
LEAST = 1e-7  # nor asks for the digits of one below this
LEAST_UNITS = 4  # per arm: below it no variance can be estimated that anybody would trust
MANY_UNITS = 1e6  # per arm: from here on t and normal differ by a millionth, and the solver seldom converges

# A study asks for the same few bounds hundreds of times.
_inflation = cache(sample_inflation)


@cache
def _bounds(looks: int, shape: Shape, level: float) -> tuple[float, ...]:
    return tuple(float(z) for z in critical_values(looks, shape, level))


@dataclass(frozen=True)
class Design:
    """A test on paper. Units are always those of all arms together; effects are relative, shares of the control.

    Effects are positive in the good direction: sign +1 where more is better, −1 where less is.

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
    sign: int = 1

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

    @property
    def room(self) -> float:
        """The largest effect that there can be: nothing falls by more than all of it, and no share rises above 1."""
        if self.sign < 0:
            return 1.0
        return (1 - self.baseline) / self.baseline if self.kind == "proportion" else math.inf

    def changed(self, effect: float) -> float:
        """The treatment's value for an effect."""
        return self.baseline * (1 + self.sign * effect)

    def _possible(self, effect: float) -> bool:
        """Whether a proportion stays between 0 and 1, both left out: there nothing varies."""
        return self.kind != "proportion" or 0 < self.changed(effect) < 1

    def per_arm(self, units: float) -> float:
        """Units of the smallest treatment when all arms hold `units`."""
        return units * self.treatment

    def pairs(self, units: float) -> float:
        """1 / (1/treatment + 1/control): what a standard error divides by."""
        treatment, control = units * self.treatment, units * self.split[0]
        return treatment * control / (treatment + control)

    def units(self, effect: float) -> float:
        """Units in all arms for a relative effect at the asked power; infinite where no share can do it."""
        if not self._possible(effect):
            return math.inf
        if self.kind == "proportion":
            single = self.kept * samplesize_proportions_2indep_onetail(
                self.changed(effect) - self.baseline, self.baseline, self.power, ratio=self.ratio, alpha=self.level,
                alternative="two-sided",
            )
        else:
            single = self._t_test(effect / (self.variation * self.kept**0.5))
        return max(float(single), LEAST_UNITS) * self.inflation / self.treatment

    def _t_test(self, standardized: float) -> float:
        options = {"alpha": self.level, "power": self.power, "ratio": self.ratio, "alternative": "two-sided"}
        normal = self.normal(standardized, self.level / 2)
        # Below a handful of units the solver leaves the range in which the noncentral t has a value.
        if not LEAST_UNITS < normal < MANY_UNITS:
            return normal
        with warnings.catch_warnings():  # what does not converge comes back as NaN, and is answered below
            warnings.simplefilter("ignore")
            found = np.ravel(TTestIndPower().solve_power(standardized, **options))[0]
        # The t test never takes fewer; what says so, or is NaN, is the solver's, or counts wins the wrong way.
        return float(found) if found > 0.99 * normal else normal

    def normal(self, standardized: float, one_sided: float) -> float:
        """Units of the treatment by the normal approximation: ((z + z of the power) / d)² (1 + treatment/control)."""
        return ((norm.isf(one_sided) + norm.isf(1 - self.power)) / standardized) ** 2 * (1 + 1 / self.ratio)

    def smallest_effect(self, units: float) -> float | None:
        """The smallest relative effect found with the asked power; None where not even the largest would be."""
        most = min(self.room, MOST) * (1 - 1e-9)
        least = min(LEAST, most / 2)
        if self.per_arm(units) < LEAST_UNITS or self.units(most) > units:
            return None
        if self.units(least) <= units:
            return least
        return float(math.exp(brentq(
            lambda log: math.log(self.units(math.exp(log)) / units), math.log(least), math.log(most), xtol=1e-10
        )))

    def drift(self, effect: float, units: float) -> float:
        """Expected z at the last look for a true relative effect."""
        if self.kind != "proportion":
            return self._errors(effect, units)
        z, old, new = norm.isf(self.level / 2), self.baseline, self.changed(effect)
        pooled = (new + old * self.ratio) / (1 + self.ratio)
        null = (pooled * (1 - pooled) * (1 + 1 / self.ratio)) ** 0.5
        return float(z + self._errors(effect, units) - z * null / self._spread(new))

    def _spread(self, new: float) -> float:
        """Deviation of a difference of two shares, for one unit of the treatment."""
        return (new * (1 - new) + self.baseline * (1 - self.baseline) / self.ratio) ** 0.5

    def _errors(self, effect: float, units: float) -> float:
        """How many of its own standard errors a true relative effect is."""
        if self.kind != "proportion":
            return effect / (self.variation * self.kept**0.5) * self.pairs(units) ** 0.5
        spread = self._spread(self.changed(effect)) * self.kept**0.5
        return self.baseline * effect * self.per_arm(units) ** 0.5 / spread

    def chance(self, effect: float, units: float) -> float:
        """Chance that a true relative effect is called a win at one of the looks; 0 for one that cannot be."""
        if not self._possible(effect):
            return 0.0
        bounds = np.array(_bounds(self.looks, self.bounds, self.level))
        return float(crossings(bounds, self.drift(effect, units))[:, 1].sum())

    def reach(self, units: float) -> float:
        """Half the width of the relative interval at the last look, not corrected for comparisons."""
        return norm.isf(final_alpha(self.looks, self.alpha) / 2) * self._error(units)

    def _error(self, units: float) -> float:
        """Standard error of the relative change where nothing changed."""
        return float(self.variation * self.kept**0.5 / self.pairs(units) ** 0.5)

    def excluded(self, units: float) -> float:
        """The harm that the interval of the last look excludes with the asked power if nothing changed.

        Of the reach alone half of all tests exclude: the estimate falls below 0 as often as above.
        """
        return self.reach(units) + norm.isf(1 - self.power) * self._error(units)

    def overstated(self, effect: float, units: float) -> float:
        """How many times too large a true effect reads on average when it is called a win.

        Mean of a normal estimate beyond the last look's bound, over the truth: Gelman and Carlin's exaggeration ratio
        (2014) for wins alone. Early stops, which overstate more, are left out.
        """
        z = _bounds(self.looks, self.bounds, self.level)[-1]
        beyond = z - self.drift(effect, units)
        # In logarithms, as both are nothing far out.
        return float(1 + math.exp(norm.logpdf(beyond) - norm.logsf(beyond)) / self._errors(effect, units))


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
    old, new = design.baseline, design.changed(effect)
    if not 0 < new < 1:
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
