"""Everything the notebook shows about one file and one set of prices, worked out once."""

import math
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError
from mlpm.decided import Decided
from mlpm.outputs import rounded
from mlpm.phrases import euros
from mlpm.proportions import wilson
from mlpm.targeting import pilot
from mlpm.targeting.decision import decide
from mlpm.targeting.groups import Groups
from mlpm.targeting.pilot import Effects, square_and_add
from mlpm.targeting.terms import Amount, Terms

# Values for chapters that are euros, and come with their sign and currency as well.
MONEY = re.compile(r"(cut_\d+_(measured|profit)|(planned_)?net|profit)(_low|_high)?|pilot_net|claimed")


@dataclass(frozen=True)
class Study(Decided):
    """groups: customers by group, highest risk first; people, cases: what customers and outcomes are called."""

    groups: Groups
    terms: Terms
    people: str = "customers"
    cases: str = "leavers"
    uneven_by_design: bool = False

    # --- By risk, with the assumed share -------------------------------------------------------------------------

    @cached_property
    def taken(self) -> np.ndarray:
        """Customers that can be contacted in each group when one goes down from the top, as far as capacity lasts."""
        ends = np.cumsum(self.groups.customers)
        if self.terms.capacity:
            ends = np.minimum(ends, self.terms.capacity)
        return np.diff(ends, prepend=0.0)

    @cached_property
    def rates(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the 95% interval of each group's risk."""
        return wilson(self.groups.outcomes, self.groups.base)

    @cached_property
    def cuts(self) -> pd.DataFrame:
        """One row a cut: contact everybody down to this group. Euros a round, before what a month costs anyway.

        gain: of a contact in the last group added, with gain_low and gain_high. cases_low, cases_high: 95% interval.
        """
        g, t = self.groups, self.terms
        rows = []
        for place in np.flatnonzero(self.taken > 0):
            weights = np.where(np.arange(g.count) <= place, self.taken, 0.0)
            contacted = weights.sum()
            cases = Amount(*square_and_add(weights, g.rate, *self.rates))
            low, likely, high = (self.profit_of(saved, count, contacted) for saved, count in zip(
                t.saved, (cases.low, cases.value, cases.high), strict=True))
            rate = g.rate[place]
            rows.append({
                "place": int(place), "group": g.names[place], "size": self.taken[place], "contacted": contacted,
                "cases": cases.value, "cases_low": cases.low, "cases_high": cases.high, "rate": rate,
                "rate_low": self.rates[0][place], "rate_high": self.rates[1][place],
                "profit": likely, "low": low, "high": high,
                "gain": t.gain(rate), "gain_low": t.gain(self.rates[0][place], t.saved[0]),
                "gain_high": t.gain(self.rates[1][place], t.saved[2]),
            })
        return pd.DataFrame(rows)

    def profit_of(self, saved: float, cases: float, contacted: float) -> float:
        t = self.terms
        return t.margin * (saved * cases - t.harm * (contacted - cases)) - t.unit_cost * contacted

    def best_at(self, saved: float) -> tuple[int, float]:
        """The row of `cuts` that is best at a share saved, −1 for nobody, and its euros a round."""
        profits = [self.profit_of(saved, cut.cases, cut.contacted) for cut in self.cuts.itertuples()]
        best = int(np.argmax(profits))
        return (best, profits[best]) if profits[best] > 0 else (-1, 0.0)

    @cached_property
    def best(self):
        """The row of `cuts` with the highest profit at the likely share; None if contacting nobody is better."""
        place, __ = self.best_at(self.terms.likely)
        return None if place < 0 else self.cuts.iloc[place]

    @property
    def next(self):
        """The row after the best cut, whose group does not pay any more; None after the last."""
        after = 0 if self.best is None else int(self.best.name) + 1
        return self.cuts.iloc[after] if after < len(self.cuts) else None

    @property
    def everybody(self):
        """The row of the last cut: all that can be contacted."""
        return self.cuts.iloc[-1]

    @property
    def top_average(self) -> pd.Series | None:
        """The largest cut that does not lose money on average, although its last group does; None if there is none."""
        found = self.cuts[(self.cuts.profit > 0) & (self.cuts.gain < 0)]
        return None if found.empty else found.iloc[-1]

    @cached_property
    def hopeless(self) -> list[int]:
        """Groups in which not even saving everybody would pay."""
        return [int(place) for place in np.flatnonzero(self.terms.gain(self.rates[1], 1.0) < 0)]

    @property
    def harm_that_eats_it(self) -> float | None:
        """The share of those who would have been fine, driven away, at which the best cut earns nothing."""
        if self.best is None:
            return None
        fine = self.best.contacted - self.best.cases
        return self.terms.harm + self.best.profit / (self.terms.margin * fine) if fine > 0 else None

    @property
    def saved_needed(self) -> float:
        """The share saved at which the first cut, or the best one, pays for its contacts."""
        row = self.cuts.iloc[0] if self.best is None else self.best
        return self.terms.break_even_saved(row.cases / row.contacted)

    @property
    def saved_needed_within(self) -> tuple[float, float]:
        """The 95% interval of `saved_needed`, as exactly as the risk of those contacted is known."""
        row = self.cuts.iloc[0] if self.best is None else self.best
        return tuple(self.terms.break_even_saved(cases / row.contacted) for cases in (row.cases_high, row.cases_low))

    @property
    def planned_net(self) -> Amount | None:
        """Euros a month of the best cut, all costs counted."""
        return None if self.best is None else self.month(Amount(self.best.profit, self.best.low, self.best.high))

    @property
    def worth_of_score(self) -> float:
        """Euros a round of what is on offer, above the better of contacting everybody and nobody."""
        if self.profit is None:
            return 0.0
        g = self.groups
        all_of_them = self.as_measured(g.customers) if self.has_pilot else None
        plain = self.profit_of(self.terms.likely, float(g.expected.sum()), float(g.customers.sum()))
        return self.profit.value - max(0.0, plain if all_of_them is None else all_of_them.value)

    def month(self, amount: Amount) -> Amount:
        return amount.per(self.terms.round_months, self.terms.monthly_cost)

    # --- As a pilot measured it -----------------------------------------------------------------------------------

    @property
    def has_pilot(self) -> bool:
        return self.groups.has_pilot

    @cached_property
    def effects(self) -> Effects:
        return pilot.effects(self.groups)

    @cached_property
    def cautious(self) -> Effects:
        """The effects with intervals that together miss as seldom as one: for choosing among groups."""
        return pilot.effects(self.groups, pilot.even_for_groups(int(self.groups.piloted.sum())))

    @cached_property
    def measured(self) -> pd.DataFrame:
        """One row a group of the pilot: effect, its interval, euros a contact, what that shows."""
        g, t, e = self.groups, self.terms, self.effects
        frame = pd.DataFrame({
            "group": g.names, "size": g.customers, "rate": np.divide(
                g.control_outcomes, g.control, out=np.full(g.count, np.nan), where=g.control > 0),
            "treated_rate": np.divide(
                g.treated_outcomes, g.treated, out=np.full(g.count, np.nan), where=g.treated > 0),
            "assumed": t.likely * g.rate - t.harm * (1 - g.rate),
            "effect": e.value, "low": e.low, "high": e.high, "gain": t.measured_gain(e.value),
            "cautious_low": self.cautious.low, "cautious_high": self.cautious.high,
        })
        frame["saved"] = frame.effect / frame.rate.where(frame.rate > 0)
        frame["shows"] = [self._shows(row) for row in frame.itertuples()]
        return frame[g.piloted]

    def _shows(self, row) -> str:
        bar = self.terms.break_even_effect
        if math.isnan(row.effect):
            return ""
        if row.cautious_low > bar:
            return "pays"
        if row.cautious_high < 0:
            return "harms"
        if row.low > 0:
            return "helps, does not pay" if row.high < bar else "helps, may pay"
        return "no use seen" if row.high < bar else "open"

    @property
    def chosen(self) -> np.ndarray:
        """Customers to contact in each group: those of groups shown to pay, the best first, within capacity."""
        sizes = np.zeros(self.groups.count)
        if not self.has_pilot:
            return sizes
        left = self.terms.capacity or math.inf
        paying = self.measured[self.measured.shows == "pays"].sort_values("gain", ascending=False, kind="stable")
        for place, row in paying.iterrows():
            sizes[place] = min(row["size"], left)
            left -= sizes[place]
        return sizes

    def as_measured(self, sizes: np.ndarray) -> Amount | None:
        """Euros a round of contacting so many in each group, by the pilot; None where it did not run in one of them."""
        if (sizes[~self.groups.piloted] > 0).any() or not (sizes > 0).any():
            return None
        t = self.terms
        return Amount(*(t.margin * part - t.unit_cost * sizes.sum() for part in self.effects.total(sizes)))

    def cut_as_measured(self, row) -> Amount | None:
        """The same for a row of `cuts`."""
        return self.as_measured(np.where(np.arange(self.groups.count) <= row.place, self.taken, 0.0))

    def saved_by(self, row) -> Amount | None:
        """The share of outcomes prevented down to a row of `cuts`, by the pilot."""
        sizes = np.where(np.arange(self.groups.count) <= row.place, self.taken, 0.0)
        if (sizes[~self.groups.piloted] > 0).any():
            return None
        control = np.divide(self.groups.control_outcomes, self.groups.control, out=np.zeros(self.groups.count),
                            where=self.groups.control > 0)
        return Amount(*(part / (sizes @ control) for part in self.effects.total(sizes)))

    @cached_property
    def balance(self) -> float:
        return pilot.balance(self.groups)

    @property
    def balanced(self) -> bool:
        return self.uneven_by_design or self.balance >= pilot.UNEVEN

    @cached_property
    def same_everywhere(self) -> float:
        return pilot.same_everywhere(self.groups)

    @cached_property
    def aged(self) -> float:
        return pilot.aged(self.groups)

    @cached_property
    def disagreement(self) -> tuple[pd.Series, pd.Series, Amount] | None:
        """The group of the highest risk, the one with the largest effect, and how much larger; None if it is the same.

        The interval is for the largest of several gaps: as wide as choosing the group among all asks for.
        """
        if len(self.measured) < 2:
            return None
        top, best = self.measured.loc[self.measured.rate.idxmax()], self.measured.loc[self.measured.effect.idxmax()]
        if top["group"] == best["group"]:
            return None
        gap = best.effect - top.effect
        down = math.hypot(best.effect - best.cautious_low, top.cautious_high - top.effect)
        up = math.hypot(best.cautious_high - best.effect, top.effect - top.cautious_low)
        return top, best, Amount(gap, gap - down, gap + up)

    @cached_property
    def gains_curve(self) -> pd.DataFrame:
        """Outcomes prevented by customers contacted, in the order of the risk and in the order of the effect (Qini).

        Groups of the pilot only; low and high: 95% interval.
        """
        here = self.measured
        rows = []
        for order, frame in (("risk", here), ("effect", here.sort_values("effect", ascending=False, kind="stable"))):
            sizes = np.zeros(self.groups.count)
            rows.append((order, "", 0.0, 0.0, 0.0, 0.0))
            for place, row in frame.iterrows():
                sizes[place] = row["size"]
                rows.append((order, row["group"], sizes.sum(), *self.effects.total(sizes)))
        return pd.DataFrame(rows, columns=["order", "group", "contacted", "prevented", "low", "high"])

    @property
    def pilot_net(self) -> float:
        """Euros the pilot itself brought, or cost: what its contacts prevented, less what they cost."""
        here = self.groups.piloted
        return float(self.groups.treated[here] @ self.terms.measured_gain(self.effects.value[here]))

    @property
    def counted_as_saved(self) -> tuple[float, float, float] | None:
        """Of the contacted in the chosen groups, or the best cut: who stayed, who was saved, and euros for who stayed.

        Who stayed after a contact is what a report without a control arm counts.
        """
        sizes = self.chosen
        if not sizes.any():
            if self.best is None:
                return None
            sizes = np.where(np.arange(self.groups.count) <= self.best.place, self.taken, 0.0)
        g, t = self.groups, self.terms
        if self.has_pilot and not (sizes[~g.piloted] > 0).any():
            treated = np.divide(g.treated_outcomes, g.treated, out=np.zeros(g.count), where=g.treated > 0)
            stayed, saved = float(sizes @ (1 - treated)), self.effects.total(sizes)[0]
        else:
            saved = float(sizes @ (t.likely * g.rate - t.harm * (1 - g.rate)))
            stayed = float(sizes @ (1 - g.rate)) + saved
        return stayed, saved, t.margin * stayed - t.unit_cost * sizes.sum()

    # --- The pilot to run -----------------------------------------------------------------------------------------

    @property
    def to_pilot(self) -> pd.Series:
        """The row of `cuts` whose group a pilot should start with: the first, whose risk is highest."""
        return self.cuts.iloc[0]

    @property
    def per_arm(self) -> float:
        """Customers in each arm to see, in that group, an effect that only just pays."""
        return pilot.per_arm(float(self.to_pilot.rate), self.terms.break_even_effect)

    @property
    def per_arm_beyond(self) -> float:
        """Customers in each arm to tell the assumed effect from one that only just pays."""
        rate = float(self.to_pilot.rate)
        assumed = self.terms.likely * rate - self.terms.harm * (1 - rate)
        return pilot.per_arm_beyond(rate, assumed, self.terms.break_even_effect)

    def rounds(self, per_arm: float) -> float:
        """Rounds until that group has brought so many customers for two arms."""
        return math.ceil(2 * per_arm / self.to_pilot["size"]) if math.isfinite(per_arm) else math.inf

    # --- The answer -----------------------------------------------------------------------------------------------

    @cached_property
    def highest(self) -> float:
        """Euros a month at the upper end of everything that is open, of the best choice there could be."""
        t = self.terms
        if not self.has_pilot:
            return t_net(max(0.0, self.cuts.high.max()), t)
        upper = np.where(
            self.groups.piloted, t.measured_gain(self.cautious.high), t.gain(self.rates[1], t.saved[2])
        )
        left = t.capacity or math.inf
        total = 0.0
        for gain, size in sorted(zip(upper, self.groups.customers, strict=True), reverse=True):
            total += max(gain, 0.0) * min(size, left)
            left -= min(size, left)
        return t_net(total, t)

    @cached_property
    def contact(self) -> tuple[str, np.ndarray, Amount | None]:
        """What is on offer: `top`, `groups` or `everybody`; customers in each group; euros a round, None for nobody."""
        if self.has_pilot:
            sizes = self.chosen
            amount = self.as_measured(sizes)
        elif self.best is None:
            sizes, amount = np.zeros(self.groups.count), None
        else:
            sizes = np.where(np.arange(self.groups.count) <= self.best.place, self.taken, 0.0)
            amount = Amount(self.best.profit, self.best.low, self.best.high)
        here = np.flatnonzero(sizes > 0)
        if len(here) == self.groups.count and np.allclose(sizes, self.groups.customers):
            return "everybody", sizes, amount
        top = len(here) > 0 and here[-1] == len(here) - 1
        return "top" if top else "groups", sizes, amount

    @property
    def profit(self) -> Amount | None:
        """Euros a round of what is on offer."""
        return self.contact[2]

    @property
    def net(self) -> Amount | None:
        """Euros a month of what is on offer, all costs counted."""
        return None if self.profit is None else self.month(self.profit)

    @cached_property
    def decided(self) -> tuple[str, str]:
        return decide(
            piloted=self.has_pilot, balanced=self.balanced, highest=self.highest, net=self.net, chosen=self.contact[0],
        )

    @property
    def holds(self) -> tuple[float, float] | None:
        """The cost of a contact and the margin at which what is contacted just pays for its contacts, at the lower end.

        None without a pilot, or where its lower end is no effect at all.
        """
        sizes = self.contact[1]
        if not self.has_pilot or not sizes.any():
            return None
        low = self.effects.total(sizes)[1] / float(sizes.sum())
        return (self.terms.margin * low, self.terms.unit_cost / low) if low > 0 else None

    @property
    def chosen_names(self) -> list[str]:
        return [self.groups.names[place] for place in np.flatnonzero(self.contact[1] > 0)]

    # --- For machines ---------------------------------------------------------------------------------------------

    def result(self) -> dict:
        """The answer as data: what a report writes beside its page."""
        t, best, profit, net = self.terms, self.best, self.profit, self.net
        return {
            "decision": self.decision, "rule": self.rule, "customers": self.groups.customers.sum(),
            "groups": self.groups.count, "break_even_rate": t.break_even_rate,
            "break_even_effect": t.break_even_effect, "best_cut": 0.0 if best is None else best.contacted,
            "best_cut_profit": 0.0 if best is None else best.profit,
            "worth_of_score": self.worth_of_score,
            "everybody_profit": self.everybody.profit, "saved_needed": self.saved_needed,
            "contact": self.chosen_names, "contacted": self.contact[1].sum(),
            **{f"profit{end}": None if profit is None else value for end, value in _ends(profit)},
            **{f"net_per_month{end}": None if net is None else value for end, value in _ends(net)},
            "highest_net_per_month": self.highest,
            "cuts": self.cuts[["group", "contacted", "cases", "profit", "low", "high", "gain"]].to_dict("records"),
            "effects": self.measured[["group", "effect", "low", "high", "gain", "shows"]].to_dict("records")
            if self.has_pilot else [],
            "balance_p_value": self.balance if self.has_pilot else None,
            "per_arm": self.per_arm, "notes": self.groups.notes,
        }

    def numbers(self) -> dict:
        """Values for chapters, by name."""
        t = self.terms
        stayed, saved, claimed = self.counted_as_saved or (0.0, 0.0, 0.0)
        found = {
            "decision": self.decision, "customers": float(self.groups.customers.sum()),
            "margin": t.margin, "unit_cost": t.unit_cost, "saved_low": t.saved[0], "saved": t.likely,
            "saved_high": t.saved[2], "round_months": t.round_months, "monthly_cost": t.monthly_cost,
            "running_cost": t.running_cost, "fixed_cost": t.fixed_cost, "horizon_months": t.horizon_months,
            "break_even_rate": t.break_even_rate, "break_even_effect_of_100": 100 * t.break_even_effect,
            "hit": t.margin * t.likely - t.unit_cost, "saved_needed": self.saved_needed,
            "harm_that_eats_it": self.harm_that_eats_it or 0.0, "highest": self.highest,
            "look_most": t.look[0], "stayed": stayed, "really_saved": saved, "claimed": claimed,
            "per_arm": self.per_arm, "per_arm_beyond": self.per_arm_beyond,
            "rounds": self.rounds(self.per_arm), "rounds_beyond": self.rounds(self.per_arm_beyond),
            "chosen": ", ".join(self.chosen_names), "saved_low_of_100": 100 * t.saved[0],
            "saved_of_100": 100 * t.likely, "saved_high_of_100": 100 * t.saved[2],
            "bar_of_100": 100 * t.break_even_rate, "saved_needed_of_100": 100 * self.saved_needed,
            "cases_all": float(self.groups.expected.sum()), "everybody": self.everybody.profit,
            "minus_running": -t.running_cost * t.round_months,
            "minus_fixed": -t.fixed_cost / t.horizon_months * t.round_months,
        }
        if self.holds:
            found |= {"holds_cost": self.holds[0], "holds_margin": self.holds[1]}
        if self.profit is not None:
            found |= {f"left{end}": value - t.monthly_cost * t.round_months for end, value in _ends(self.profit)}
        if t.look[1]:
            found |= {"look_cost": t.look_cost, "look_low": t.look[1][0], "look_high": t.look[1][1]}
        for name, amount in (("profit", self.profit), ("net", self.net), ("planned_net", self.planned_net)):
            if amount is not None:
                found |= {f"{name}{end}": value for end, value in _ends(amount)}
        for number, row in enumerate(self.cuts.itertuples(), 1):
            found |= {f"cut_{number}": row.contacted, f"cut_{number}_cases": row.cases, f"cut_{number}_rate": row.rate,
                      f"cut_{number}_average": row.cases / row.contacted, f"cut_{number}_profit": row.profit,
                      f"cut_{number}_low": row.low, f"cut_{number}_high": row.high, f"cut_{number}_gain": row.gain,
                      f"cut_{number}_saving": t.margin * t.likely * row.cases,
                      f"cut_{number}_cost": t.unit_cost * row.contacted, f"cut_{number}_group": row.group,
                      f"cut_{number}_size": row.size, f"cut_{number}_own": row.rate * row.size,
                      f"cut_{number}_of_100": 100 * row.rate, f"cut_{number}_brings": row.gain * row.size}
            told = self.cut_as_measured(row) if self.has_pilot else None
            if told is not None:
                found |= {f"cut_{number}_measured{end}": value for end, value in _ends(told)}
                found[f"cut_{number}_saved"] = self.saved_by(row).value
        if self.has_pilot:
            for number, row in enumerate(self.measured.itertuples(), 1):
                found |= {f"group_{number}": row.group, f"group_{number}_rate_of_100": 100 * row.rate,
                          f"group_{number}_treated_of_100": 100 * row.treated_rate,
                          f"group_{number}_effect_of_100": 100 * row.effect, f"group_{number}_gain": row.gain,
                          f"group_{number}_low_of_100": 100 * row.low, f"group_{number}_high_of_100": 100 * row.high,
                          f"group_{number}_assumed_of_100": 100 * row.assumed, f"group_{number}_saved": row.saved,
                          f"group_{number}_shows": row.shows}
            found |= {"pilot_net": self.pilot_net, "pilot_cost": t.unit_cost * self.groups.treated.sum(),
                      "balance_p_value": self.balance, "same_everywhere_p_value": self.same_everywhere,
                      "pilot_treated": int(self.groups.treated.sum()), "pilot_control": int(self.groups.control.sum())}
            if self.disagreement:
                top, best, gap = self.disagreement
                found |= {"gap_of_100": 100 * gap.value, "gap_low_of_100": 100 * gap.low,
                          "gap_high_of_100": 100 * gap.high, "gap_top": top["group"], "gap_best": best["group"]}
        found |= {f"{name}_euros": euros(found[name], cents=False) for name in found if MONEY.fullmatch(name)}
        # A cut nobody would make has no finite size of a pilot; chapters get finite numbers only.
        return {name: value for name, value in found.items() if isinstance(value, str) or rounded(value) is not None}


def t_net(amount: float, terms: Terms) -> float:
    """Euros of a round by the month, less what a month costs anyway."""
    return amount / terms.round_months - terms.monthly_cost


def _ends(amount: Amount | None):
    if amount is None:
        return (("", None), ("_low", None), ("_high", None))
    return (("", amount.value), ("_low", amount.low), ("_high", amount.high))


def analyze(
    groups: Groups, terms: Terms, *, population: int = 0, people: str = "customers", cases: str = "leavers",
    uneven_by_design: bool = False,
) -> Study:
    """Everything about one file and one set of prices. Raises InputError where the two do not go together."""
    for name, value in (("people", people), ("cases", cases)):
        if not str(value).strip():
            raise InputError(f"Parameter {name} is empty. Write a word in the plural, such as customers.")
    if not isinstance(uneven_by_design, bool):
        raise InputError(f"Parameter uneven_by_design is {uneven_by_design!r}. Write True or False.")
    found = Study(groups.of_population(population), terms, people.strip(), cases.strip(), uneven_by_design)
    most = float(found.groups.rate.max()) * terms.likely
    if terms.cost_per_acceptance and most > terms.acceptance:
        raise InputError(f"Parameter acceptance is {terms.acceptance:g}, fewer than the {most:.3g} of all contacted "
                         "who would be saved where the risk is highest. Whoever is saved has accepted: raise it, or "
                         "lower saved.")
    return found
