"""Everything the notebook shows about one learning curve, computed once."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError, checks, tables
from mlpm.learning_curve import noise
from mlpm.learning_curve.curve import MISFIT, Curve, closed_form, fit, size_for
from mlpm.learning_curve.plan import REPEATS, Answer, answer, best_measurement, next_measurements, stages
from mlpm.learning_curve.points import Points
from mlpm.outputs import rounded

# With a smaller ratio of the largest to the smallest size the bend of a curve cannot be seen: four sizes, each doubled.
SPAN = 8
# Three sizes count as evenly spaced, in ratio, when the middle one is this close to it.
EVEN = 0.02


def about(items: float) -> str:
    """A size as far as it is known, two digits: `8,500`, `1.3 million`; `never` for infinite."""
    if not math.isfinite(items):
        return "never"
    items = float(f"{items:.2g}")
    if items >= 1e9:
        return "more than a billion"
    return f"{items / 1e6:g} million" if items >= 1e6 else f"{items:,.0f}"


@dataclass(frozen=True)
class Findings:
    """curve, floorless: the fit, and the one a spreadsheet makes; answers: the target's, then those of what was asked.

    attainable: items in all that can be had, infinite without an end; price: euros an item.
    """

    curve: Curve
    floorless: Curve
    answers: list[Answer]
    attainable: float
    supply: float
    price: float
    labels_per_item: float
    label_flips: float
    prevalence: float
    base_rate: float
    margin: float

    @property
    def points(self) -> Points:
        return self.curve.points

    @property
    def answer(self) -> Answer:
        return self.answers[0]

    @property
    def target(self) -> float:
        return self.answer.target

    @property
    def until(self) -> float:
        """The size a plan has to reach: the upper end where there is one, else the horizon."""
        return min(self.answer.high, self.curve.horizon)

    @cached_property
    def stages(self) -> pd.DataFrame:
        return stages(self.curve, self.attainable, self.price, self.supply, self.until)

    @cached_property
    def measurements(self) -> pd.DataFrame:
        return next_measurements(self.curve, self.answer, self.attainable, self.price)

    @cached_property
    def next_measurement(self):
        """The row of `measurements` to do next, or None."""
        return best_measurement(self.answer, self.measurements)

    @property
    def next_stage(self):
        """The row of `stages` that follows what is labeled, or None if nothing can be bought."""
        return self.stages.iloc[1] if len(self.stages) > 1 else None

    def more(self, items: float) -> float:
        """Items to label beyond the largest size measured."""
        return max(items - self.points.largest, 0.0)

    def euros(self, items: float) -> float:
        return self.more(items) * self.price

    def months(self, items: float) -> float:
        return self.more(items) / self.supply

    def without_floor(self, target: float) -> float:
        """Items the pure power law promises the target for."""
        return size_for(target, 0.0, self.floorless.scale, self.floorless.exponent)

    @cached_property
    def by_hand(self) -> tuple[tuple[float, float, float], tuple[float, float] | None] | None:
        """Three sizes evenly spaced in ratio, and floor and exponent through their errors; None without such sizes.

        Of all such sizes, those that lie furthest apart, and of these the largest.
        """
        sizes, errors = self.points.sizes, self.points.error
        three = [
            (sizes[last] / sizes[first], sizes[last], first, middle, last)
            for middle in range(1, len(sizes) - 1)
            for first in range(middle)
            for last in np.flatnonzero(abs(sizes * sizes[first] / sizes[middle] ** 2 - 1) <= EVEN)
            if last > middle
        ]
        if not three:
            return None
        span, __, *places = max(three)
        return tuple(float(sizes[place]) for place in places), closed_form(*errors[places], ratio=float(span) ** 0.5)

    @property
    def wild_sizes(self) -> list[int]:
        """Sizes at which single runs lie further apart than the whole curve falls."""
        drop = abs(self.points.error[0] - self.points.error[-1])
        return [int(s) for s, low, high in zip(self.points.sizes, self.points.low, self.points.high, strict=True)
                if high - low > drop and high > low]

    @property
    def rare(self) -> int:
        """How many of the rare class are in the items of the plan: those needed, or those there are."""
        items = self.answer.needed if math.isfinite(self.answer.needed) else self.points.largest
        return max(round(max(items, self.points.largest) * self.prevalence), 1)

    @property
    def gap(self) -> float:
        """The most by which the curves with and without a floor differ at a size that was measured."""
        return float(abs(self.floorless(self.points.sizes) - self.curve(self.points.sizes)).max())

    @property
    def short(self) -> bool:
        return self.points.largest < SPAN * self.points.sizes[0]

    @property
    def misfits(self) -> bool:
        return self.curve.misfit_p_value is not None and self.curve.misfit_p_value < MISFIT

    @property
    def parameters(self) -> pd.DataFrame:
        """The fit: name, value, low and high (profile), standard error (delta method)."""
        low, high = self.curve.floor_interval
        errors = self.curve.standard_errors
        rows = [("floor", self.curve.floor, low, high, errors[0]), ("scale", self.curve.scale, None, None, errors[1]),
                ("exponent", self.curve.exponent, None, None, errors[2])]
        return pd.DataFrame(rows, columns=["name", "value", "low", "high", "standard_error"]).astype(
            dict.fromkeys(["low", "high"], float)
        )

    @property
    def asked(self) -> pd.DataFrame:
        """Each target: decision, needed, low, high (infinite: never), euros, months, and what no floor promises."""
        rows = pd.DataFrame([
            {"target": a.target, "decision": a.decision, "needed": a.needed, "low": a.low, "high": a.high,
             "euros": self.euros(a.needed), "months": self.months(a.needed),
             "without_floor": self.without_floor(a.target)}
            for a in self.answers
        ])
        never = ~np.isfinite(rows["needed"])
        return rows.assign(euros=rows["euros"].mask(never), months=rows["months"].mask(never))

    def result(self) -> dict:
        """The answer for machines."""
        a, p, c = self.answer, self.points, self.curve
        now_low, now_high = (float(end[0]) for end in c.interval(p.largest))
        following = self.next_measurement
        return {
            "runs": p.rows,
            "sizes": len(p.sizes),
            "largest": p.largest,
            "error_now": float(c(p.largest)), "error_now_low": now_low, "error_now_high": now_high,
            "floor": c.floor, "floor_low": c.floor_interval[0], "floor_high": c.floor_interval[1],
            "exponent": c.exponent,
            "target": a.target,
            "items_needed": a.needed, "items_needed_low": a.low, "items_needed_high": a.high,
            "items_needed_without_floor": self.without_floor(a.target),
            "reachable": "no" if math.isinf(a.low) else "yes" if math.isfinite(a.high) else "unknown",
            "horizon": c.horizon,
            "beyond_horizon": bool(a.needed > c.horizon),
            "euros": self.euros(a.needed), "months": self.months(a.needed),
            "measure_next": None if following is None else following.what,
            "decision": a.decision,
            "reason": a.rule,
            "asked": [
                {"target": b.target, "items_needed": b.needed, "items_needed_low": b.low, "items_needed_high": b.high,
                 "decision": b.decision, "reason": b.rule}
                for b in self.answers[1:]
            ],
            "notes": p.notes,
        }

    def numbers(self) -> dict[str, int | float | str]:
        """What a chapter may want to quote, errors as counts of 100; only what this curve has."""
        a, p, c, f = self.answer, self.points, self.curve, self.floorless
        low, high = c.floor_interval
        values = {
            "runs": p.rows, "sizes": len(p.sizes), "smallest": int(p.sizes[0]), "largest": int(p.largest),
            "first_100": 100 * p.error[0], "last_100": 100 * p.error[-1], "now_100": 100 * float(c(p.largest)),
            "floor_100": 100 * c.floor, "floor_low_100": 100 * low, "floor_high_100": 100 * high,
            "exponent": c.exponent, "floorless_exponent": f.exponent, "doubling": 2**-c.exponent,
            "gap_100": 100 * self.gap, "horizon": int(c.horizon), "target_100": 100 * a.target,
            "decision": a.decision, "price": self.price, "supply": self.supply, "labels_per_item": self.labels_per_item,
        }
        for answer_ in self.answers:
            name = f"at_{100 * answer_.target:g}".replace(".", "_")
            promised = self.without_floor(answer_.target)
            values |= {
                f"{name}_needed": about(answer_.needed), f"{name}_low": about(answer_.low),
                f"{name}_high": about(answer_.high), f"{name}_decision": answer_.decision,
                f"{name}_more": about(self.more(answer_.needed)), f"{name}_euros": self.euros(answer_.needed),
                f"{name}_euros_high": self.euros(answer_.high), f"{name}_months": self.months(answer_.needed),
                f"{name}_months_high": self.months(answer_.high), f"{name}_promised": about(promised),
                f"{name}_promised_euros": self.euros(promised), f"{name}_promised_months": self.months(promised),
                f"{name}_promised_gives_100": 100 * float(c(promised)),
            }
        if math.isfinite(self.attainable):
            all_low, all_high = (100 * float(end[0]) for end in c.interval(self.attainable))
            values |= {
                "available": int(self.attainable - p.largest), "all_euros": self.euros(self.attainable),
                "all_months": self.months(self.attainable), "all_100": 100 * float(c(self.attainable)),
                "all_low_100": all_low, "all_high_100": all_high, "all_promised_100": 100 * float(f(self.attainable)),
                "all_too_much_euros": self.euros(self.attainable) - self.euros(a.high),
            }
        rare = self.rare
        values |= {
            "label_flips_100": 100 * self.label_flips,
            "floor_true_100": 100 * noise.true_error(c.floor, self.label_flips),
            "target_true_100": 100 * noise.true_error(a.target, self.label_flips), "rare": about(rare),
            "rare_draws": about(noise.draws(rare, self.base_rate or self.prevalence)),
            "test_needed": noise.test_items(a.target, self.margin),
        }
        if p.test_items is not None:
            values |= {"test_items": int(p.test_items), "test_euros": p.test_items * self.price}
        stage, best = self.next_stage, self.next_measurement
        if stage is not None:
            least, most = c.expected(float(stage["items"]), REPEATS)
            values |= {
                "stage_new": int(stage.new), "stage_items": int(stage["items"]), "stage_euros": stage.euros,
                "stage_months": stage.months, "stage_low_100": 100 * least, "stage_high_100": 100 * most,
            }
        if best is not None:
            values |= {"next_what": best.what, "next_high": about(best.high), "next_worth": best.worth}
        return {name: value for name, value in rounded(values).items() if value is not None}


def analyze(
    points: Points,
    *,
    target: float,
    asked: str = "",
    available: float = 0,
    supply: float,
    cost_per_label: float,
    labels_per_item: float = 1,
    label_flips: float = 0,
    prevalence: float = 0.5,
    base_rate: float = 0,
    margin: float = 0.02,
) -> Findings:
    """Compute everything; raise InputError for a parameter that makes no sense."""
    targets = [_target("target", target), *_asked(asked)]
    end = "the number of unlabeled items, or 0 if there is no end"
    available = checks.number("available", available, 0, meaning=end)
    supply = checks.number("supply", supply, 1e-9, meaning="items labeled a month, more than 0")
    cost = checks.number("cost_per_label", cost_per_label, 0, meaning="euros, such as 0.125")
    per_item = checks.number("labels_per_item", labels_per_item, 1, meaning="a number of 1 or more")
    flips = checks.number("label_flips", label_flips, 0, 0.499, "a share from 0 to below 0.5, such as 0.02")
    prevalence = checks.number("prevalence", prevalence, 1e-9, 1, "a share above 0, up to 1, such as 0.1")
    base_rate = checks.share("base_rate", base_rate)
    margin = checks.number("margin", margin, 1e-6, 0.5, "a share above 0, up to 0.5, such as 0.02")
    curve = fit(points)
    attainable = points.largest + available if available else math.inf
    return Findings(
        curve=curve,
        floorless=fit(points, with_floor=False),
        answers=[answer(curve, each, attainable) for each in targets],
        attainable=attainable,
        supply=float(supply),
        price=float(cost * per_item),
        labels_per_item=float(per_item),
        label_flips=float(flips),
        prevalence=float(prevalence),
        base_rate=float(base_rate),
        margin=float(margin),
    )


def _target(name: str, value) -> float:
    checks.share(name, value)
    return float(checks.number(name, value, 1e-9, 1 - 1e-9, "an error above 0 and below 1, such as 0.1"))


def _asked(text: str) -> list[float]:
    """More targets, from a parameter that lists them with commas."""
    found = []
    for name in tables.names(str(text)):
        try:
            value = float(name)
        except ValueError:
            raise InputError(f"Parameter asked holds '{name}'. List errors with commas, such as 0.05, 0.01.") from None
        found.append(_target("asked", value))
    return found
