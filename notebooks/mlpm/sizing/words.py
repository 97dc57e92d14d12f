"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import math
from collections.abc import Iterator

import pandas as pd

from mlpm import phrases
from mlpm.phrases import minus, plain, plural
from mlpm.sizing.plan import Plan
from mlpm.sizing.sizes import dunnett
from mlpm.sizing.traffic import WEEK

# A covariate that takes away less than this share of the variance is not worth its place in a plan.
WEAK = 0.05
# From so far apart on, the straight line and the file tell different stories.
APART = 0.1
YEAR = 365


def percent(share: float | None) -> str:
    """A computed share: `3.0%`, `0.25%`, `140%`; a dash where there is none."""
    if share is None or not math.isfinite(share):
        return "–"
    return f"{100 * share:.2g}%" if abs(share) < 0.01 else f"{share:.1%}" if abs(share) < 0.995 else f"{share:,.0%}"


def given(share: float) -> str:
    """A share as somebody wrote it: `1%`, `0.25%`."""
    return f"{100 * share:.10g}%"


def euros(amount: float) -> str:
    return phrases.euros(amount, cents=False)


def rough(amount: float) -> str:
    """Euros to two digits: a price nobody will check to the cent."""
    return euros(float(f"{amount:.2g}"))


def whole(units: float | None) -> str:
    """Units, rounded up: a size is a minimum."""
    return "never" if units is None or not math.isfinite(units) else f"{math.ceil(units - 1e-6):,}"


def of_100(share: float) -> str:
    """A chance as a count; never none or all: no test is sure of either."""
    return phrases.of_100(min(share, 0.999))


def time(days: float) -> str:
    """`6.2 days`, `16 days`, `more than 4 years`."""
    if not math.isfinite(days):
        return "never"
    if days >= 2 * YEAR:
        return f"more than {days // YEAR:,.0f} years"
    return f"{days:.1f} days" if days < 10 else f"{days:,.0f} days"


def weeks(count: float, longest: int) -> str:
    return plural(int(count), "week") if math.isfinite(count) else f"more than {longest} weeks"


def metric(plan: Plan) -> str:
    return f"`{'/'.join(plan.asked.metric).replace('`', '')}`" if plan.asked.metric else "the metric"


def _as_value(value: float, kind: str) -> str:
    if kind == "proportion":
        return f"{value:.2%}"
    return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"


# --- Who comes ----------------------------------------------------------------------------------------------------


def about_traffic(plan: Plan) -> str:
    """How many come, and that they come again."""
    asked, traffic = plan.asked, plan.traffic
    text = ""
    if traffic.units is not None:
        text = (
            f"{plural(traffic.rows, 'row')} about {plural(traffic.units, 'unit')}, {traffic.first} to {traffic.last}"
            + (f": {given(asked.share_of_units)} of all units, scaled up" if asked.share_of_units < 1 else "")
            + ". "
        )
    allowed, units = plan.allowed, plan.units_allowed
    text += f"**{units:,.0f} distinct units in {plural(allowed, 'week')}**"
    if not plan.measured(allowed):
        text += f", most of it beyond the {plural(traffic.days, 'day')} of the file"
    double = plan.distinct(2 * allowed)
    text += f"; {double:,.0f} in {2 * allowed}"
    if double < (2 - APART) * units:
        text += f", and not {2 * units:,.0f}: units return. Whoever multiplies the units of a week promises too much."
    else:
        text += ": here units hardly return, and traffic grows with the weeks."
    if traffic.days < WEEK * asked.weeks_longest:
        text += (
            f" Beyond day {traffic.days} the last week's pace is drawn on, {traffic.pace:,.0f} new units a day; "
            "newcomers tend to become fewer, so what is said about later weeks is the best case."
        )
    return text


def about_metric(plan: Plan) -> str:
    """The baseline, how much units differ, and what the covariate is worth."""
    asked, design = plan.asked, plan.now
    spread = plan.traffic.spread(plan.allowed)
    origin = "as given"
    if spread:
        origin = f"mean of {plural(spread.windows, 'window')} of {plural(spread.weeks, 'week')}"
    text = f"{metric(plan)[:1].upper()}{metric(plan)[1:]}: {_as_value(design.baseline, asked.kind)} per unit ({origin})"
    if asked.kind == "proportion":
        text += "."
    else:
        text += f"; the standard deviation between units is {design.variation:.2f} times that."
    removed = 1 - design.kept
    where = f"the {plural(asked.weeks_before, 'week')} before" if spread and asked.weeks_before else "the covariate"
    if abs(design.correlation) < 0.01:
        return text + " No covariate: what units did before would tell some of it."
    text += f" Its correlation with {where} is {design.correlation:.2f}, so CUPED takes away {of_100(removed)} parts "
    text += f"of the variance, worth {1 / design.kept:.1f} times the units."
    if removed < WEAK:
        text += " That is next to nothing: leave the covariate out and the plan is simpler."
    if spread and spread.units < 400:
        text += f" Only {spread.units:,.0f} units stand behind these figures: treat them as a rough guess."
    return text


# --- Units and weeks ----------------------------------------------------------------------------------------------


def about_units(plan: Plan) -> str:
    asked, design = plan.asked, plan.now
    effect = given(asked.minimum_effect)
    arms, fall = len(asked.split), "a fall of " if asked.sign < 0 else ""
    text = (
        f"To find {fall}{effect} in {of_100(asked.power)} tests takes "
        f"**{whole(design.per_arm(plan.units_needed))} units in "
        f"{'the treatment' if arms == 2 else 'each treatment'}, {whole(plan.units_needed)} in all** "
        f"({plan.formula}"
    )
    details = []
    if asked.comparisons > 1:
        details.append(f"alpha {asked.alpha:g} over {asked.comparisons} comparisons by Bonferroni")
    if asked.looks > 1:
        details.append(f"{asked.looks} looks, {design.inflation:.3f} times the units")
    if design.kept < 0.995:
        details.append(f"the covariate leaves {design.kept:.2f} of the variance")
    return text + "".join(f"; {detail}" for detail in details) + "). " + _formulas(plan)


def _formulas(plan: Plan) -> str:
    frame = plan.formulas
    if len(frame) < 2:
        return ""
    furthest = frame.iloc[frame.apart.abs().argmax()]
    return (
        "For one look at one comparison without a covariate the usual formulas lie up to "
        f"{percent(abs(furthest.apart))} apart ({furthest.formula}): quarrel about the effect, not the calculator."
    )


def formulas_table(plan: Plan) -> pd.DataFrame:
    """Units per arm by each formula, and how far it lies from the one used."""
    apart = [minus(f"{share:+.1%}") if abs(share) >= 5e-4 else "the same" for share in plan.formulas.apart]
    frame = pd.DataFrame({"formula": plan.formulas.formula, "units per arm": [whole(u) for u in plan.formulas.units]})
    return frame.assign(apart=["used", *apart[1:]])


def about_weeks(plan: Plan) -> str:
    asked = plan.asked
    effect, allowed = given(asked.minimum_effect), plural(plan.allowed, "full week")
    text = f"{allowed[:1].upper()}{allowed[1:]} can show **{percent(plan.smallest)}** or more"
    if plan.smallest is None:
        text = f"{allowed[:1].upper()}{allowed[1:]} can show **nothing**: too few units"
    text += f", and find {effect} in {of_100(plan.chance_of_minimum)} tests. "
    if math.isfinite(plan.weeks_for_metric):
        text += f"{effect} takes {plural(int(plan.weeks_for_metric), 'full week')}"
        if plan.days_needed < WEEK * plan.weeks_for_metric:
            text += f" ({time(plan.days_needed)} would bring them; a week that is cut off is a biased week)"
        text += "."
    else:
        text += f"{effect} is out of reach in {asked.weeks_longest} weeks"
        if math.isfinite(plan.days_needed):
            text += f": at the pace of the last week it takes {time(plan.days_needed)}"
        text += "."
    return text + _longer(plan)


def _longer(plan: Plan) -> str:
    """What the same again would bring: often less than people think."""
    twice = 2 * plan.allowed
    if plan.smallest is None or twice > plan.asked.weeks_longest:
        return ""
    later = plan.design(twice).smallest_effect(plan.distinct(twice))
    if later is None:
        return ""
    more = plan.distinct(twice) / plan.units_allowed
    wider = (plan.design(twice).variation * plan.design(twice).kept**0.5) / (plan.now.variation * plan.now.kept**0.5)
    text = f" Twice the weeks would show {percent(later)} in place of {percent(plan.smallest)}: "
    text += f"{more - 1:.0%} more units"
    if plan.traffic.spreads and abs(wider - 1) > 0.01:
        text += f", with a spread per unit that is {abs(wider - 1):.0%} {'wider' if wider > 1 else 'narrower'}"
    return text + "."


def weeks_table(plan: Plan) -> pd.DataFrame:
    frame = plan.weeks
    smallest, minimum = [percent(x if pd.notna(x) else None) for x in frame.smallest], given(plan.asked.minimum_effect)
    shown = {
        "weeks": [f"{row.weeks}{'' if row.measured else ' *'}" for row in frame.itertuples()],
        "units in all": [f"{units:,.0f}" for units in frame.units],
        "smallest effect": smallest,
        f"finds {minimum}": [of_100(chance) for chance in frame.chance],
    }
    if plan.asked.guarded:
        shown["guardrail shown"] = [of_100(chance) for chance in frame.guardrail]
    return pd.DataFrame(shown)


def about_table(plan: Plan) -> str:
    if plan.weeks.measured.all():
        return ""
    return "\\* Beyond the file: the last week's pace and the longest window's spread, drawn on. A best case."


# --- What more costs ----------------------------------------------------------------------------------------------


def costs_table(plan: Plan) -> pd.DataFrame:
    frame, longest = plan.costs, plan.asked.weeks_longest
    smallest = [percent(x if pd.notna(x) else None) for x in frame.smallest]
    return pd.DataFrame({
        "plan": frame["plan"],
        f"smallest effect in {plural(plan.allowed, 'week')}": smallest,
        f"units for {given(plan.asked.minimum_effect)}": [whole(units) for units in frame.units],
        "times": [f"{times:.2f}" if math.isfinite(times) else "–" for times in frame.times],
        "full weeks": [f"{w:.0f}" if math.isfinite(w) else f"over {longest}" for w in frame.weeks],
    })


def about_costs(plan: Plan) -> str:
    frame = plan.costs.iloc[1:]
    frame = frame[frame.times.apply(math.isfinite)]
    if not len(frame):
        return ""
    dearest, cheapest = frame.loc[frame.times.idxmax()], frame.loc[frame.times.idxmin()]
    text = f"Dearest of these: {dearest['plan']}, {dearest.times:.1f} times the units."
    if cheapest.times < 0.995:
        text += f" Cheapest: {cheapest['plan']}, {1 - cheapest.times:.0%} fewer units."
    if len(plan.asked.split) > 2:
        z = dunnett(plan.asked.split, plan.asked.alpha)
        text += (
            f" With {len(plan.asked.split) - 1} treatments and one metric, Dunnett's test would judge each at |z| of "
            f"{z:.2f}; this plan uses Bonferroni, which asks for a little more."
        )
    return text


# --- The guardrail, the odds, the price ---------------------------------------------------------------------------


def _moved(harm: float) -> str:
    if not harm:
        return "does not change"
    return f"gets {'worse' if harm > 0 else 'better'} by {given(abs(harm))}"


def about_guardrail(plan: Plan) -> str:
    asked = plan.asked
    if not asked.guarded:
        return "No guardrail is named. Name the harm nobody would accept, and its margin, before the start."
    name = f"`{asked.guardrail.replace('`', '')}`" if asked.guardrail else "The guardrail"
    guardrail = plan.guardrail(plan.allowed)
    text = (
        f"{name} may be worse by {given(asked.guardrail_margin)} at most (standard deviation {guardrail.variation:.2f} "
        f"times the mean). If it truly {_moved(asked.guardrail_harm)}, {plural(plan.allowed, 'week')} "
        f"show that it holds in **{of_100(plan.guardrail_chance)}** tests. "
    )
    if plan.weeks_for_guardrail <= plan.allowed:
        return text + "That is enough."
    need = weeks(plan.weeks_for_guardrail, asked.weeks_longest)
    return text + (
        f"For {of_100(asked.power)} it takes {whole(plan.guardrail_units)} units in all, {need}. Until then the likely "
        "word is *unclear*, and an unclear guardrail does not ship."
    )


def about_odds(plan: Plan) -> str:
    asked, chance = plan.asked, plan.chance_of_minimum
    text = (
        f"Where {100 * asked.prior_win_rate:.3g} of 100 ideas work, {of_100(plan.false_wins(asked.power))} wins are "
        f"false if the test finds {of_100(asked.power)} of what works. If ideas that work bring about "
        f"{given(asked.minimum_effect)}, it finds {of_100(chance)}, and **{of_100(plan.false_wins(chance))} wins are "
        "false**. "
    )
    if plan.overstated >= 1.2:
        text += (
            f"A true {given(asked.minimum_effect)} that does win reads as "
            f"{percent(plan.overstated * asked.minimum_effect)} on average: {plan.overstated:.1f} times too much. "
        )
    text += (
        f"With or without a win, the interval at the last look reaches about {percent(plan.reach)} to either side of "
        f"what was measured. If nothing changed, a harm of {percent(plan.excluded)} is excluded in "
        f"{of_100(asked.power)} tests, one of {percent(plan.reach)} in every second."
    )
    return text


def about_price(plan: Plan) -> str:
    asked = plan.asked
    if not asked.value_a_month:
        return "No value is named, so the test has no price in euros. Name what the metric stands for in a month."
    text = (
        f"{given(asked.minimum_effect)} is worth {euros(plan.value_a_year)} a year. In {plural(plan.allowed, 'week')} "
        f"up to {rough(plan.exposed)} of value pass through the treatment: each percent of harm costs "
        f"{rough(plan.exposed / 100)}"
    )
    if plan.smallest is not None and plan.smallest < 1:
        text += f", a harm as large as what the test can show {rough(plan.exposed * plan.smallest)}"
    text += ". "
    if asked.break_even:
        text += _break_even(plan)
    return text.strip()


def _break_even(plan: Plan) -> str:
    asked = plan.asked
    ratio = asked.minimum_effect / asked.break_even
    text = f"Running the change costs {euros(12 * asked.running_cost_a_month)} a year, so it pays from "
    text += f"{given(float(f'{asked.break_even:.3g}'))} on"
    if ratio > 1.05:
        return text + f". Your minimum is {ratio:.1f} times that: effects in between would pay, and are not looked for."
    if ratio < 0.95:
        return text + ". Your minimum is below that: the test could find an effect that loses money."
    return text + ": that is the minimum, and the decision, not the traffic, has set it."


# --- The memo: an experiment brief --------------------------------------------------------------------------------


def memo(plan: Plan) -> str:
    """The brief in words, to be signed before the start."""
    paragraphs = [
        _decision(plan),
        f"**Size.** {about_units(plan)}",
        f"**Length.** {about_weeks(plan)} {_naive(plan)}".strip(),
        f"**Guardrail.** {about_guardrail(plan)}",
        f"**What a win will mean.** {about_odds(plan)}",
        f"**Price.** {about_price(plan)}",
        f"**Rules, before the start.** {_rules(plan)}",
    ]
    notes = [plain(note) for note in plan.traffic.notes]
    return "\n\n".join([*paragraphs, *(["**About the file.** " + " ".join(notes)] if notes else [])])


def _decision(plan: Plan) -> str:
    asked = plan.asked
    effect, allowed = given(asked.minimum_effect), plural(plan.allowed, "week")
    guard = plan.bound_by == "guardrail"
    what = "the guardrail is shown to hold" if guard else f"{effect} is found"
    if plan.decision == "run":
        text = f"**Run it, for {plural(int(plan.weeks_needed), 'full week')}.** "
        text += f"{effect} shows in {of_100(asked.power)} tests"
        return text + (" or more, and as often the guardrail is shown to hold." if asked.guarded else " or more.")
    if plan.decision == "run_longer_than_allowed":
        return (
            f"**Not in {allowed}: {plural(int(plan.weeks_needed), 'full week')}, or another question.** That long it "
            f"takes until {what} in {of_100(asked.power)} tests. Ask for the weeks before the start, or write "
            f"down what {allowed} can show: {percent(plan.smallest)}."
        )
    can = "show that the guardrail holds" if guard else f"find {effect}"
    text = f"**Not detectable: no test of {asked.weeks_longest} weeks or fewer can {can} in {of_100(asked.power)} "
    text += "cases.** "
    text += "Learn another way: a metric nearer to the change, a covariate, interleaving, a bolder version. "
    return text + (
        f"Or run {allowed} for what they can do: show {percent(plan.smallest)} or more, and, if nothing changed, "
        f"exclude a harm of {percent(plan.excluded)} (both in {of_100(asked.power)} tests). Whoever decides signs that "
        "sentence before the start."
    )


def _naive(plan: Plan) -> str:
    """What multiplying a day's units would have promised, where that differs."""
    days, naive = plan.days_needed, plan.days_by_multiplying
    if not math.isfinite(naive) or days <= WEEK * plan.allowed or days < (1 + APART) * naive:
        return ""
    return f"A plan that multiplies the units of a mean day would have said {time(naive)}."


def _rules(plan: Plan) -> str:
    asked = plan.asked
    known = asked.looks > 1 and asked.bounds == "obrien-fleming"
    last = f", judged at {plan.final_level:.3f} the last time" if known else ""
    looks = "One look, at the end" if asked.looks == 1 else f"{asked.looks} looks at equal steps{last}"
    correction = (
        f"; {asked.comparisons} comparisons may win and are judged by Holm, planned by Bonferroni"
        if asked.comparisons > 1 else "; one comparison may win"
    )
    split = ":".join(f"{share / min(asked.split):.3g}" for share in asked.split)
    return (
        f"Split {split}, control first. {looks}{correction}. Counts before results: a sample ratio alarm ends the "
        "reading. An effect below the minimum does not ship, and a margin is not moved once results are seen."
    )


def every_sentence(plan: Plan) -> Iterator[str]:
    """All of them: for tests."""
    yield from (
        about_traffic(plan), about_metric(plan), about_units(plan), about_weeks(plan), about_costs(plan),
        about_guardrail(plan), about_odds(plan), about_price(plan), memo(plan),
    )
