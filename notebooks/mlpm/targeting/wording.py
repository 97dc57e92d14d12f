"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import math

from mlpm import phrases
from mlpm.phrases import listed, minus, of_100, plain, plural
from mlpm.targeting.study import Study
from mlpm.targeting.terms import Amount


def euros(amount: float) -> str:
    """`€9,880`, `€8`, `−€0.80`: cents only below ten, and only where there are some."""
    return phrases.euros(amount, cents=False)


def span(amount: Amount) -> str:
    """`€9,880 (€5,514 to €14,192)`."""
    return f"{euros(amount.value)} ({euros(amount.low)} to {euros(amount.high)})"


def count(value: float) -> str:
    return f"{value:,.0f}"


def points(share: float) -> str:
    """A share as so many of 100, one decimal below ten: `6.7`; a true minus sign; never none where there is some."""
    value = 100 * share
    text = f"{value:.1f}" if abs(value) < 9.95 else f"{value:.0f}"
    if float(text) == 0 and abs(value) > 1e-4:
        text = f"{value:.1g}"
    return minus(text) if float(text) else "0.0"


def months(value: float) -> str:
    return "month" if value == 1 else f"{value:g} months"


def _name(text) -> str:
    return f"*{plain(text)}*"


def _people(found: Study) -> str:
    return plain(found.people)


def _cases(found: Study) -> str:
    return plain(found.cases)


def _size(found: Study, value: float) -> str:
    return f"{count(value)} {_people(found)}"


# --- The file and the prices --------------------------------------------------------------------------------------


def about_groups(found: Study) -> str:
    g = found.groups
    total = float(g.customers.sum())
    text = (
        f"{plain(g.name)}: {_size(found, total)} in {plural(g.count, 'group')}. If nobody acts, "
        f"{count(g.expected.sum())} of them are {_cases(found)}, {of_100(g.expected.sum() / total)}; in "
        f"{_name(g.names[0])} {of_100(g.rate[0])}, in {_name(g.names[-1])} {of_100(g.rate[-1])}."
    )
    if found.has_pilot:
        text += (
            f" A pilot ran in {plural(int(g.piloted.sum()), 'group')}: {count(g.treated.sum())} contacted, "
            f"{count(g.control.sum())} left alone."
        )
    return " ".join([text, *map(plain, g.notes)])


def about_terms(found: Study) -> str:
    """The bar a group has to reach, from prices alone."""
    t = found.terms
    hit, wasted = t.margin * t.likely - t.unit_cost, t.unit_cost + t.harm * t.margin
    text = (
        f"A contact costs {euros(t.unit_cost)} and a saved one brings {euros(t.margin)}, so a contact has to prevent "
        f"{points(t.break_even_effect)} {_cases(found)} in 100. "
    )
    if not t.likely + t.harm:
        return text + "With nobody saved no risk is high enough."
    text += (
        f"If the action saves {of_100(t.likely)} {_cases(found)}, contacting one of them brings {euros(hit)} on "
        f"average, contacting anybody else costs {euros(wasted)}, and leaving somebody alone costs nothing that was "
        "not lost anyway. "
    )
    if t.break_even_rate > 1:
        return text + "No group can pay: even one made of nothing else would lose money."
    harmless = f" = {euros(t.unit_cost)} / ({t.likely:g} × {euros(t.margin)})" if not t.harm else ""
    return text + (
        f"**A group pays from {of_100(t.break_even_rate)} {_cases(found)} on**{harmless}. That bar is for the last "
        "group you add, not for the average of all you contact."
    )


def about_cuts(found: Study) -> str:
    """The best cut, the group after it, the average that hides it, and everybody."""
    best, after, t = found.best, found.next, found.terms
    if best is None:
        top = found.cuts.iloc[0]
        text = (
            f"No cut pays. {_name(top.group)} holds {of_100(top.rate)} {_cases(found)}, and each contact there brings "
            f"{euros(top.gain)}."
        )
    else:
        text = (
            f"The best cut contacts the first {_size(found, best.contacted)}: {count(best.cases)} {_cases(found)}, "
            f"{euros(t.margin)} × {t.likely:g} × {count(best.cases)} − "
            f"{euros(t.unit_cost)} × {count(best.contacted)} = **{euros(best.profit)}** a round. "
            if not t.harm else
            f"The best cut contacts the first {_size(found, best.contacted)}, {count(best.cases)} of them "
            f"{_cases(found)}, for **{euros(best.profit)}** a round. "
        )
        text += f"With your range of the share saved, and the luck of the counts: {_range(best)}."
        if after is not None:
            text += (
                f" The next {_size(found, after['size'])} hold {of_100(after.rate)} {_cases(found)}, under the "
                f"{of_100(t.break_even_rate)} a group needs: each contact there brings {euros(after.gain)}."
            )
    trap = found.top_average
    if trap is not None:
        text += (
            f" The average hides that: the first {count(trap.contacted)} hold "
            f"{of_100(trap.cases / trap.contacted)} and still earn {euros(trap.profit)}, but their last "
            f"{count(trap['size'])} lose {euros(-trap.gain * trap['size'])}."
        )
    last = found.everybody
    if best is None or last.contacted > best.contacted:
        text += f" Contacting all {count(last.contacted)} brings {euros(last.profit)}, contacting nobody €0."
    if found.hopeless:
        names = listed([_name(found.groups.names[place]) for place in found.hopeless[:3]])
        others = f" and {plural(len(found.hopeless) - 3, 'other group')}" if len(found.hopeless) > 3 else ""
        text += f" In {names}{others} a contact would not pay even if it saved every one of the {_cases(found)}."
    if found.terms.capacity:
        text += f" Capacity ends the list at {count(found.terms.capacity)} contacts a round."
    return text


def _range(row) -> str:
    return f"{euros(row.low)} to {euros(row.high)}"


def about_saved(found: Study) -> str:
    """How the sign hangs on the share saved."""
    t, needed = found.terms, found.saved_needed
    row = found.cuts.iloc[0] if found.best is None else found.best
    text = (
        f"The first {_size(found, row.contacted)} pay for their contacts if the action saves **{of_100(needed)} "
        f"{_cases(found)}**. "
        if needed <= 1 else
        f"The first {_size(found, row.contacted)} would not pay for their contacts if the action saved everybody. "
    )
    parts = []
    for saved in dict.fromkeys(t.saved):
        place, profit = found.best_at(saved)
        what = f"contact the first {count(found.cuts.contacted[place])}, {euros(profit)}" if place >= 0 else (
            "contact nobody")
        parts.append(f"at {of_100(saved)}: {what}")
    text += f"You said {of_100(t.saved[0])} to {of_100(t.saved[2])}. The best cut {'; '.join(parts)}."
    if not found.has_pilot:
        text += " Nothing in this file says which it is: a file of risks knows nothing about an action."
    harm = found.harm_that_eats_it
    if harm is not None and harm < 1:
        text += (
            f" If the contact drives away {points(harm)} of 100 who would have stayed, nothing is left of the best "
            "cut."
        )
    return text


def about_month(found: Study) -> str:
    """From a round to a month, with what the score costs anyway."""
    t, net = found.terms, found.planned_net
    text = (
        f"A round lasts {months(t.round_months)}. The score costs {euros(t.monthly_cost)} a month whomever you "
        f"contact: {euros(t.running_cost)} to run it and {euros(t.fixed_cost)} once, spread over "
        f"{months(t.horizon_months)}. "
    )
    if net is None:
        return text + "As no cut pays, that is the loss."
    return text + (
        f"The best cut by risk leaves **{span(net)} a month**. Before those costs it is "
        f"{euros(found.best.profit / t.round_months)}: whoever keeps the score running may not cost more."
    )


def about_look(found: Study) -> str:
    """What a person's look before the contact may cost."""
    t = found.terms
    most, band = t.look
    if not most:
        return "No look by a person can help where no contact pays."
    text = f"A person who looks first, and is right, may cost at most {euros(most)} a look. "
    if not t.look_cost:
        return text + "Give look_cost to see where one pays."
    if band is None:
        return text + f"At {euros(t.look_cost)} it pays nowhere."
    return text + (
        f"At {euros(t.look_cost)} it pays where the risk lies between {of_100(band[0])} and {of_100(band[1])}."
    )


# --- The pilot ----------------------------------------------------------------------------------------------------

SHOWN = {
    "pays": "pays", "harms": "drives people away", "no use seen": "does not pay",
    "helps, does not pay": "helps and does not pay", "helps, may pay": "helps, and may or may not pay",
    "open": "is open",
}


def about_pilot(found: Study) -> str:
    """What the pilot measured in each group, or that there is none."""
    if not found.has_pilot:
        return (
            "There is no pilot in this file: the share saved is an assumption, one for all groups. Below is the pilot "
            "that would measure it."
        )
    if not found.balanced:
        return _uneven(found)
    bar = found.terms.break_even_effect
    text = f"A contact pays where it prevents {points(bar)} {_cases(found)} in 100 contacted. "
    parts = []
    for shows in SHOWN:
        rows = found.measured[found.measured.shows == shows]
        if rows.empty:
            continue
        named = [f"{_name(row['group'])} ({points(row.effect)}; {points(row.low)} to {points(row.high)})"
                 for __, row in rows.head(3).iterrows()]
        more = [plural(len(rows) - 3, "other group")] if len(rows) > 3 else []
        parts.append(f"it **{SHOWN[shows]}** in {listed(named + more)}")
    text += "As measured, " + "; ".join(parts) + "."
    if found.aged < 0.001:
        text += (
            " Those left alone in the pilot do not show the risks of the file any more: the score, or the season, has "
            "moved."
        )
    return text


def _uneven(found: Study) -> str:
    g = found.groups
    share = g.treated / (g.treated + g.control).clip(1)
    low, high = (min(zip(share[g.piloted], g.names_of(g.piloted), strict=True)),
                 max(zip(share[g.piloted], g.names_of(g.piloted), strict=True)))
    return (
        f"**The arms were not drawn by one lot for all.** In {_name(low[1])} {of_100(low[0])} were contacted, in "
        f"{_name(high[1])} {of_100(high[0])}; a lot does that less than once in 1,000 pilots. If somebody chose whom "
        "to contact, those contacted differ from those left alone, and no difference below is due to the action. If "
        "the shares were set per group and a lot drew within each, set uneven_by_design to True."
    )


def about_order(found: Study) -> str:
    """Where the order of risks and the order of effects part."""
    if len(found.measured) < 2 or not found.balanced:
        return ""
    if found.disagreement is None:
        top = found.measured.loc[found.measured.rate.idxmax()]
        return f"The highest risk, {_name(top['group'])}, is also where a contact prevents most."
    top, best, gap = found.disagreement
    text = (
        f"The highest risk is in {_name(top['group'])}, where a contact prevents {points(top.effect)} in 100. It "
        f"prevents most in {_name(best['group'])}: {points(best.effect)}, so {points(gap.value)} more "
        f"({points(gap.low)} to {points(gap.high)}). "
    )
    if gap.low > 0:
        text += "**Risk and effect are in different orders, by more than chance**: the score finds who leaves, not " \
                "who can be kept."
    else:
        text += "That may be chance: the pilot cannot tell the two orders apart" + (
            ", although the effects do differ between groups." if found.same_everywhere < 0.05 else ".")
    return text


def about_claimed(found: Study) -> str:
    """What a report without a control arm would count."""
    counted = found.counted_as_saved
    if counted is None:
        return "Nobody is contacted, so nobody can be counted as saved."
    stayed, saved, claimed = counted
    contacted = found.contact[1].sum() or found.best.contacted
    truth = found.terms.margin * saved - found.terms.unit_cost * contacted
    return (
        f"Of {_size(found, contacted)} contacted, {count(stayed)} stay. A report that counts them all claims "
        f"{euros(claimed)} a round; {count(stayed - saved)} of them would have stayed anyway, and what the contacts "
        f"brought is {euros(truth)}."
    )


def about_next_pilot(found: Study) -> str:
    """How large a pilot has to be, for the group with the highest risk."""
    row, t = found.to_pilot, found.terms
    enough, beyond = found.per_arm, found.per_arm_beyond
    if not math.isfinite(enough):
        return (
            f"In {_name(row.group)} a contact cannot prevent the {points(t.break_even_effect)} of 100 that would pay "
            "for it: there is nothing for a pilot to find."
        )
    text = (
        f"To see in {_name(row.group)} an effect that only just pays ({points(t.break_even_effect)} of 100), a pilot "
        f"takes **{count(enough)} in each arm**, {plural(int(found.rounds(enough)), 'round')} of that group (8 of 10 "
        "such pilots see it). "
    )
    if math.isfinite(beyond) and beyond > enough:
        text += (
            f"To tell the share you assumed from the one that only just pays takes {count(beyond)} in each arm, "
            f"{plural(int(found.rounds(beyond)), 'round')}: if that is too long, decide on the first and keep an arm "
            "alone for good. "
        )
    return text + f"At most it costs {euros(enough * t.unit_cost)} in contacts."


# --- The memo -----------------------------------------------------------------------------------------------------


def memo(found: Study) -> str:
    """The decision for a stakeholder: whom to contact, euros a month, what it hangs on, what to do next."""
    parts = [_headline(found), *_reasons(found), _keep(found)]
    return "\n\n".join([*filter(None, parts), *map(plain, found.groups.notes)])


def _headline(found: Study) -> str:
    t, net = found.terms, found.net
    whom, sizes, profit = found.contact
    if found.decision.startswith("contact"):
        names = listed([_name(name) for name in found.chosen_names[:4]])
        if len(found.chosen_names) > 4:
            names += f" and {plural(len(found.chosen_names) - 4, 'other group')}"
        first = {
            "top": f"**Contact the first {_size(found, sizes.sum())}, nobody else.**",
            "groups": f"**Contact {names}, and nobody else**: {_size(found, sizes.sum())} a round.",
            "everybody": f"**Contact everybody**: {_size(found, sizes.sum())} a round. You need no score for that.",
        }[whom]
        source = "as the pilot measured it" if found.has_pilot else "over the whole range you gave for the share saved"
        return (
            f"{first} They bring {span(profit)} a round, {source}; **{span(net)} a month** after the "
            f"{euros(t.monthly_cost)} a month that the score costs anyway."
        )
    if found.decision == "do_not_contact":
        why = "Even at the upper end of what the pilot measured" if found.rule == "measured" else (
            f"Even if {of_100(t.saved[2])} {_cases(found)} were saved")
        brings = found.highest + t.monthly_cost
        what = (
            "no contact pays for itself" if not brings else
            f"the best choice brings {euros(brings)} a month, less than the {euros(t.monthly_cost)} the score costs"
        )
        return (
            f"**Do not contact anybody.** {why}, {what}. The score may be right about who leaves; this action, at this "
            "price, makes nothing of it."
        )
    if found.rule == "uneven":
        return f"**Run the pilot again, by lot.** {_uneven(found)}"
    if found.rule == "open":
        now = f"The groups shown to pay leave {span(net)} a month. " if net is not None else (
            "In no group is a contact shown to pay. ")
        return (
            f"**Contact nobody for good yet: run the pilot on.** {now}With luck it could be {euros(found.highest)} a "
            "month, so it is not settled either."
        )
    if net is None:
        return (
            f"**Contact nobody yet: run a pilot.** At {of_100(t.likely)} {_cases(found)} saved no cut pays; at "
            f"{of_100(t.saved[2])} the best one would leave {euros(found.highest)} a month."
        )
    return (
        f"**Run a pilot before you contact anybody for good.** Contacting the first {_size(found, sizes.sum())} leaves "
        f"**{span(net)} a month** after all costs: its sign hangs on a share saved that nobody has measured."
    )


def _reasons(found: Study):
    t = found.terms
    if found.has_pilot and found.balanced:
        yield f"**Why these.** {about_pilot(found)} {about_order(found)}"
        if found.best is not None:
            told = found.cut_as_measured(found.best)
            if told is not None:
                yield (
                    f"**The plan by risk.** The first {_size(found, found.best.contacted)} looked best at "
                    f"{of_100(t.likely)} saved: {euros(found.best.profit)} a round. Measured: {span(told)}."
                )
        if found.decision.startswith("contact"):
            yield _holds(found)
            yield _still_open(found)
            yield f"**Do not report who stayed.** {about_claimed(found)}"
        return
    if found.decision == "contact_everybody" or found.rule == "uneven":
        return
    yield f"**Where to stop.** {about_cuts(found)}"
    if found.decision != "do_not_contact":
        yield f"**What it hangs on.** {about_saved(found)}"


def _holds(found: Study) -> str:
    """The cost and the margin up to which the choice pays, at the lower end of what was measured."""
    if found.holds is None:
        return ""
    cost, margin = found.holds
    return (
        f"**What it hangs on.** At the lower end of what was measured it pays for the contacts as long as one costs "
        f"less than {euros(cost)}, or a saved one brings more than {euros(margin)}. The effect is that of the weeks of "
        "the pilot."
    )


def _still_open(found: Study) -> str:
    rows = found.measured[found.measured.shows.isin(["open", "helps, may pay"])]
    if rows.empty:
        return ""
    t = found.terms
    named = []
    for __, row in rows.head(3).iterrows():
        low, high = (row["size"] * t.measured_gain(end) for end in (row.low, row.high))
        named.append(f"{_name(row['group'])} ({euros(low)} to {euros(high)} a round)")
    more = [plural(len(rows) - 3, "other group")] if len(rows) > 3 else []
    return f"**Still open.** The pilot cannot tell whether to contact {listed(named + more)}: go on drawing lots there."


def _keep(found: Study) -> str:
    if found.decision == "do_not_contact":
        t = found.terms
        most = float(found.cautious.high[found.groups.piloted].max()) if found.has_pilot else (
            t.saved[2] * float(found.rates[1].max()))
        return (
            f"**What would change it.** A contact that costs less than {euros(max(t.margin * most, 0))}, or an action "
            "that saves more. Not a better score alone."
        )
    if found.decision == "run_a_pilot" and found.rule != "uneven":
        return f"**The pilot.** {about_next_pilot(found)}"
    if found.decision == "run_a_pilot":
        return ""
    return (
        f"**Keep it honest.** Leave a tenth of those chosen alone, by lot, in every round (it costs about "
        f"{euros(found.profit.value / 10)}), and read the difference again after two: whoever was contacted once is "
        "not the same customer the second time."
    )
