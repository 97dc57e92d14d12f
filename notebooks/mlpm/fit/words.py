"""The findings in sentences, true for whatever the inputs are, and the memo."""

import pandas as pd

from mlpm.fit.chance import Belief
from mlpm.fit.study import Study
from mlpm.phrases import euros, listed, of_100, plural


def percent(share: float | None) -> str:
    """`1.6%`, `0.31%`, `−1.0%`; a dash for None."""
    if share is None:
        return "–"
    size = abs(share)
    text = f"{size:.2%}" if 0 < size < 0.00995 else f"{size:.1%}" if size < 0.0995 else f"{size:.0%}"
    return f"−{text}" if share < 0 else text


def amount(value: float | None) -> str:
    """Euros; in thousands of them from ten thousand up, because nobody knows them better than that."""
    if value is None:
        return "–"
    if abs(value) < 10_000:
        return euros(value, cents=False)
    return euros(round(value, -3), cents=False)


def number(value: float) -> str:
    """A number with three digits that count."""
    value = float(f"{value:.3g}")
    return f"{value:,.0f}" if value == 0 or abs(value) >= 100 else f"{value:.3g}"


def needed(row) -> str:
    """A cell of the table of what would have to be true."""
    if row.needed is None:
        return "none does"
    return percent(row.needed) if row.input == "gain" else number(row.needed)


def now(row) -> str:
    """A cell of the same table: what the input is today."""
    return percent(row.now) if row.input == "gain" else number(row.now)


REMEDIES = {
    "fact": "recording what somebody already knows",
    "process": "changing who does what, and when",
    "policy": "deciding what is meant",
    "incentive": "making it pay, or cost nothing, to do the right thing",
    "rule": "a rule that fits on a card",
    "prediction": "a prediction",
}


def about_causes(table: pd.DataFrame) -> str:
    """How far a prediction can reach at most, and what reaches the rest."""
    total = int(table["cases"].sum())
    found = table.set_index("kind")
    if "prediction" not in found.index:
        return f"None of the {total} cases read needs a prediction. Do not begin with a model."
    row = found.loc["prediction"]
    text = (
        f"Of {plural(total, 'case')} read, {row.cases:.0f} need a prediction: {of_100(row.share)} "
        f"({100 * row.low:.0f} to {100 * row.high:.0f}). However good the model, it does not reach the others."
    )
    others = [f"{REMEDIES[kind]} ({found.cases[kind]})" for kind in found.index if kind != "prediction"]
    return text + (f" For those: {listed(others)}." if others else "")


def about_stake(study: Study) -> str:
    """What is at stake, and what a hundredth of it is."""
    setting = study.setting
    return (
        f"{setting.volume:,.0f} decisions a month at {euros(setting.stake)} each put "
        f"{euros(setting.base, cents=False)} a month at stake, {euros(12 * setting.base, cents=False)} a year. One "
        f"percent of it is "
        f"{euros(0.01 * setting.base, cents=False)} a month, {euros(0.12 * setting.base, cents=False)} a year."
    )


def about_bars(study: Study) -> str:
    """The two bars of the best option, and why there are two."""
    option = study.best.option
    text = (
        f"The {option.name} costs {euros(option.running, cents=False)} a month to run, to look after and to answer for "
        f"its errors, {euros(12 * option.running, cents=False)} a year. It has to win **{percent(option.keeps)}** over "
        f"{option.baseline} to pay for that"
    )
    if not option.built or option.pays is None:
        return text + "."
    return text + (
        f", and **{percent(option.pays)}** to pay back {euros(option.built, cents=False)} of building in the "
        f"{plural(option.live, 'month')} that are left, too. The higher bar is for the decision to build; once it is "
        "built that money is spent, and the lower one decides whether it stays."
    )


def about_chances(study: Study) -> str:
    """The chance that the best option beats what it is compared with, three times."""
    one = study.best
    option = one.option
    low, likely, high = option.gain
    return (
        f"You guess that the {option.name} wins {percent(low)} to {percent(high)}, most likely {percent(likely)}, over "
        f"{option.baseline}. In {of_100(one.above(0))} such futures it is better at all, in "
        f"{of_100(one.above(option.keeps))} it pays for itself once it stands, in {of_100(one.above(option.pays))} it "
        f"was worth building."
    )


def _brings(value: float) -> str:
    return f"{'bring' if value >= 0 else 'lose'} {amount(abs(value))}"


def about_values(study: Study) -> str:
    """What each option is expected to bring, and what a switch changes."""
    rule, months = study.first, study.setting.months
    text = (
        f"Over {plural(months, 'month')} the {rule.option.name} is expected to {_brings(rule.expected)} over "
        f"{rule.option.baseline}. What comes on top of it:"
    )
    for one in study.beliefs:
        text += f"\n- the {one.option.name} would {_brings(one.expected)} if it were kept whatever it wins"
        if one.with_switch > one.expected + 0.5:
            text += f", and {_brings(one.with_switch)} if it were switched off where it does not pay for running"
        text += "."
    return text


def about_calls(study: Study) -> str:
    """What paying for each call means."""
    paid = [one for one in study.beliefs if one.option.price]
    if not paid:
        return "No option here is paid by the call."
    lines = []
    for one in paid:
        option, volume = one.option, study.setting.volume
        worth = study.setting.stake * one.mean
        text = (
            f"A call costs {euros(option.price) if option.price >= 0.01 else f'€{option.price:.3g}'}, "
            f"{euros(option.price * volume, cents=False)} a month; at its mean gain it wins €{worth:.3g} a decision"
        )
        if option.volume_needed(one.mean) is None:
            text += ". It loses on each, and no volume makes up for that."
        else:
            text += f". It pays from {option.volume_needed(one.mean):,.0f} decisions a month."
        allowed = option.price_allowed(one.mean)
        text += f" It pays up to €{allowed:.2g} a call." if allowed else " It would not pay if calls were free."
        lines.append(f"**{option.name}.** {text}")
    return "\n\n".join(lines)


def about_knowing(study: Study) -> str:
    """What it is worth to know the gain before anything is built."""
    one = study.best
    text = (
        f"If somebody could tell you the gain of the {one.option.name} before anybody builds, that would be worth "
        f"**{amount(one.knowing)}**: no test is worth more."
    )
    if study.test:
        weeks = f", {one.knowing / study.setting.week:.0f} person-weeks" if study.setting.week else ""
        text += f" That is the upper end{weeks}; the test at hand costs {euros(study.test, cents=False)}."
    return text


def _alternatives(study: Study, best: Belief) -> str:
    others = [one for one in study.beliefs if one.option.name != best.option.name]
    return "".join(
        f" Not the {one.option.name}: it would have to win {percent(one.option.pays)}, and does in "
        f"{of_100(one.above(one.option.pays))}." for one in others
    )


def memo(study: Study) -> str:
    """The decision for a stakeholder."""
    rule, best, setting = study.first, study.best, study.setting
    option = best.option
    heads = {
        "nothing": f"**Do nothing yet: neither the {rule.option.name} nor the {option.name} pays.**",
        "rule": f"**Ship the {rule.option.name}, and stop there.**",
        "find_out": f"**Ship the {rule.option.name}; find out what the {option.name} adds before anybody builds it.**",
        "build": f"**Ship the {rule.option.name}, then build the {option.name}.**",
    }
    lines = [
        f"{heads[study.decision]} The {rule.option.name} costs {euros(rule.option.built, cents=False)} and is live "
        f"after {plural(rule.option.months, 'month')}; over {plural(setting.months, 'month')} it is expected to bring "
        f"{amount(rule.expected)} more than {rule.option.baseline}, and in {of_100(rule.above(rule.option.pays))} "
        "futures it pays."
    ]
    if study.decision == "nothing":
        lines[0] = (
            f"{heads['nothing']} Over {plural(setting.months, 'month')} the {rule.option.name} is expected to bring "
            f"{amount(rule.expected)} over {rule.option.baseline}. Look for a larger stake or a cheaper rule first."
        )
    lines.append(
        f"**The bar:** the {option.name} has to win {percent(option.keeps)} over {option.baseline} to stay "
        f"({euros(12 * option.running, cents=False)} a year), {percent(option.pays)} to be worth building. "
        f"{of_100(best.above(option.pays))} futures clear the second.{_alternatives(study, best)}"
    )
    if study.decision == "find_out":
        lines.append(
            f"**First:** a test for {euros(study.test, cents=False)}. Knowing the gain for certain would be worth "
            f"{amount(best.knowing)}; built blind, the {option.name} is expected to {_brings(best.with_switch)}, and "
            "only if we switch it off where it does not pay."
        )
    lines.append(
        f"**We change our minds** if the {option.name}, measured against {option.baseline}, wins less than "
        f"{percent(option.keeps)}: then it is switched off and {option.baseline} stays."
    )
    return "\n\n".join(lines)
