"""The sentences and tables a reader sees, true for any experiment: they name only what the numbers say."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
from scipy.stats import norm

from mlpm.experiment import caveats
from mlpm.experiment.decision import Decision, decide
from mlpm.experiment.estimates import POWER, Estimate, compare
from mlpm.experiment.health import ALARM, Balance, Health, SampleRatio
from mlpm.experiment.moments import Moments
from mlpm.experiment.plan import Plan
from mlpm.experiment.sequential import critical_values, false_positive_risk, peeking_false_positives
from mlpm.experiment.small_words import (
    chance,
    change_text,
    interval_text,
    named,
    p_short,
    p_text,
    percent,
    quoted,
    unbroken,
    value_text,
)
from mlpm.phrases import listed, of_100, plural

# --- Health --------------------------------------------------------------------------------------------------------


def split_frame(ratio: SampleRatio, rows: Mapping[str, int] | None = None) -> pd.DataFrame:
    """One line per variant. rows: those of each variant, where units are clusters of them."""
    total = sum(ratio.observed.values())
    return pd.DataFrame(
        {
            "variant": list(ratio.observed),
            **({"rows": [rows[variant] for variant in ratio.observed]} if rows else {}),
            "units": list(ratio.observed.values()),
            "expected": list(ratio.expected.values()),
            "share": [units / total for units in ratio.observed.values()],
        }
    )


def split_sentence(ratio: SampleRatio) -> str:
    p = ratio.p_value
    met = f"Chance alone gives counts at least this uneven in {chance(p)} healthy tests ({p_short(p)})"
    if ratio.alarm:
        return (
            f"**Sample ratio mismatch.** {met}, rarer than the alarm at {ALARM:g}. Units were lost, doubled or moved "
            "on the way, hardly the same kind of unit in each variant: no result below can be trusted."
        )
    if p < 0.01:
        return f"{met}: unusual, yet above the alarm at {ALARM:g}. Look for a cause before you rely on a small effect."
    return f"{met}; the alarm rings below {ALARM:g}. The split is what was asked for."


def health_sentences(health: Health) -> str:
    """One paragraph for each check that was asked."""
    found = [
        split_sentence(health.ratio),
        caveats.segment_ratio_sentence(health),
        balance_sentence(health.balance),
        caveats.missing_sentence(health),
    ]
    return "\n\n".join(filter(None, found))


def balance_sentence(checks: Sequence[Balance]) -> str:
    if not checks:
        return (
            "No covariate was named, so nothing measured before the test could be compared. A column from the weeks "
            "before would check the randomization and, often, shorten the intervals."
        )
    several = len({check.variant for check in checks}) > 1
    alarms = [check for check in checks if check.alarm]
    if alarms:
        names = listed([quoted(c.covariate) + (f" ({quoted(c.variant)})" if several else "") for c in alarms])
        return (
            f"**Out of balance before the test:** {names}. The variants differed when nothing had been changed yet "
            f"(adjusted p below {ALARM:g}): the assignment was not random, or the column was not measured before."
        )
    smallest = [c.p_value_adjusted for c in checks if c.p_value_adjusted is not None]
    if not smallest:
        return "The covariates named are the same for every unit: they tell nothing."
    names = listed(list(dict.fromkeys(quoted(check.covariate) for check in checks)))
    found = f"smallest adjusted p = {min(smallest):.2f}; alarm below {ALARM:g}"
    return f"Before the test the variants were alike in {names} ({found})."


# --- Results -------------------------------------------------------------------------------------------------------


def results_frame(estimates: Sequence[Estimate]) -> pd.DataFrame:
    """One row per metric and variant; what a narrow screen cuts off last stands first."""
    several = len({e.variant for e in estimates}) > 1
    rows = []
    for e in estimates:
        guard = f" (guardrail, {e.metric.margin:.1%})" if e.metric.guardrail else ""
        rows.append(
            {"metric": e.metric.name + guard}
            | ({"variant": e.variant} if several else {})
            | {
                "verdict": e.verdict.replace("_", " "),
                "change": change_text(e),
                "interval": unbroken(interval_text(e)),
                "p": p_text(e.p_value),
                "adjusted p": "–" if e.metric.guardrail else p_text(e.p_value_adjusted),
                "control": value_text(e.control, e.metric.kind),
                "treatment": value_text(e.treatment, e.metric.kind),
            }
        )
    return pd.DataFrame(rows)


def results_sentence(plan: Plan, estimates: Sequence[Estimate]) -> str:
    level = plan.level
    family = sum(not e.metric.guardrail and e.p_value is not None for e in estimates)
    lone = [e for e in estimates if not e.metric.guardrail and e.p_value is not None and e.p_value <= level]
    lost = [e for e in lone if e.p_value_adjusted > level]
    several = len({e.variant for e in estimates}) > 1
    text = f"The change is treatment against control, with its {1 - level:.1%} interval; p counts up to {level:.4f}. "
    if any(e.adjusted_by_covariate for e in estimates):
        text += "Where a covariate was named, both values are adjusted for it. "
    if family > 1:
        text += f"Holm's correction looks at {family} comparisons together. "
    if lost:
        names = listed([named(e, several) for e in lost])
        text += f"{names} would pass alone and {'does' if len(lost) == 1 else 'do'} not when counted with the others. "
    if any(e.metric.guardrail for e in estimates):
        text += "A guardrail's p asks if harm beyond its margin is excluded; each must hold, so none is corrected."
    notes = [caveats.cluster_sentence(plan, estimates), caveats.always_sentence(plan, estimates)]
    return "\n\n".join([text.strip(), *filter(None, notes)])


def covariate_frame(adjusted: Sequence[Estimate], raw: Sequence[Estimate]) -> pd.DataFrame:
    """Each estimate without and with its covariate; empty without covariates."""
    pairs = [(a, r) for a, r in zip(adjusted, raw, strict=True) if a.adjusted_by_covariate and a.p_value is not None]
    several = len({a.variant for a, _ in pairs}) > 1
    rows = []
    for a, r in pairs:
        for e, covariate, worth in ((r, "none", 1.0), (a, a.metric.covariate, 1 / variance_kept(a, r))):
            rows.append(
                {"metric": e.metric.name}
                | ({"variant": e.variant} if several else {})
                | {
                    "covariate": covariate,
                    "change": change_text(e),
                    "interval": unbroken(interval_text(e)),
                    "p": p_text(e.p_value),
                    "worth": f"{worth:.1f}\u00a0×\u00a0the units",
                }
            )
    return pd.DataFrame(rows)


def variance_kept(adjusted: Estimate, raw: Estimate) -> float:
    """Share of the variance of the difference that is left after the covariate."""
    of_one_look = [(e.difference_high - e.difference_low) / (e.widened or 1) for e in (adjusted, raw)]
    return (of_one_look[0] / of_one_look[1]) ** 2


def covariate_sentence(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No covariate was used: the estimates above are the plain ones."
    return (
        "The covariate explains differences between units that the change did not cause, and takes them out. Name it "
        "before the results are seen: then only the adjusted estimate counts, and the plain one shows the gain."
    )


def power_frame(plan: Plan, estimates: Sequence[Estimate], units: Mapping[str, int]) -> pd.DataFrame:
    several = len({e.variant for e in estimates}) > 1
    rows = []
    for e in estimates:
        smallest = e.smallest_relative_effect
        times = times_needed(e, plan.minimum_effect)
        rows.append(
            {"metric": e.metric.name}
            | ({"variant": e.variant} if several else {})
            | {
                "smallest effect": "–" if e.smallest_effect is None else value_text(e.smallest_effect, e.metric.kind),
                "share of control": "–" if smallest is None else percent(smallest, signed=False),
                "units for the minimum effect": "–" if times is None else f"{round_up(times * units[e.variant]):,}",
            }
        )
    return pd.DataFrame(rows)


def times_needed(e: Estimate, minimum_effect: float) -> float | None:
    """How many times these units would find the minimum effect 80 times in 100; None where that cannot be said."""
    smallest = e.smallest_relative_effect
    return (smallest / minimum_effect) ** 2 if smallest and minimum_effect else None


def round_up(units: float) -> int:
    """Two significant digits are all a forecast deserves."""
    step = 10 ** max(0, len(str(int(units))) - 2)
    return int(-(-units // step) * step)


def power_sentence(plan: Plan) -> str:
    text = (
        f"With these units a true effect of the size shown is found in {100 * POWER:.0f} of 100 tests. Smaller ones "
        "are mostly missed and, when found, overstated."
    )
    if plan.minimum_effect:
        return (
            f"{text} Last column: units per variant to find {percent(plan.minimum_effect, signed=False)}, your minimum."
        )
    return f"{text} You named no minimum effect, so how many units are enough cannot be said."


# --- Looks and priors ----------------------------------------------------------------------------------------------


def looks_frame(plan: Plan, estimates: Sequence[Estimate] = ()) -> pd.DataFrame:
    """One row per planned look: share of false alarms without a bound, and the bounds; empty for one look.

    Where looks are not planned, one row per interval: how much wider it is than one read once.
    """
    if plan.always_valid:
        return caveats.width_frame(estimates)
    if plan.looks == 1:
        return pd.DataFrame()
    looks = range(1, plan.looks + 1)
    alarms = peeking_false_positives(plan.looks, plan.alpha)
    strict, even = (
        2 * norm.sf(critical_values(plan.looks, shape, plan.alpha)) for shape in ("obrien-fleming", "pocock")
    )
    return pd.DataFrame(
        {
            "look": looks,
            "data": [f"{look / plan.looks:.0%}" for look in looks],
            "false alarms, no bound": [f"{share:.1%}" for share in alarms],
            "p must be below": [f"{p:.2g}" for p in strict],
            "or, the same at each look": [f"{p:.2g}" for p in even],
        }
    )


def peeking(plan: Plan, most: int) -> str:
    """What the planned looks do to a test of nothing, beside many looks."""
    planned, many = (peeking_false_positives(looks, plan.alpha)[-1] for looks in (plan.looks, most))
    text = f"With {plural(plan.looks, 'look')} {of_100(planned)} tests of nothing are called significant"
    return f"{text}, with {most} looks {100 * many:.0f}." if plan.looks < most else f"{text}."


def looks_sentence(plan: Plan, anytime: tuple[float, float] | None = None) -> str:
    """What the looks cost. anytime: least and most by which intervals would widen, were looks not planned."""
    if plan.always_valid:
        return caveats.price_sentence(plan)
    if plan.looks == 1:
        five = peeking_false_positives(5, plan.alpha)[-1]
        text = (
            f"You planned one look, and this is it. Had you looked five times and stopped at the first p below "
            f"{plan.alpha:g}, {100 * five:.0f} of 100 tests of nothing would have looked like something."
        )
    else:
        alarms = peeking_false_positives(plan.looks, plan.alpha)[-1]
        text = (
            f"Judged at {plan.alpha:g} each, {plan.looks} looks call {100 * alarms:.0f} of 100 tests of nothing "
            f"significant. The bounds keep all looks together at {100 * plan.alpha:g} of 100. This is taken for the "
            f"last look: p counts up to {plan.level:.4f} (O'Brien–Fleming)."
        )
    if anytime is None:
        return text
    low, high = (f"{times:.1f}" for times in anytime)
    wider = low if low == high else f"{low} to {high}"
    return (
        f"{text} To be read at any time (`sequential` set to `always`), the intervals would be {wider} times as wide "
        "as those of a single look."
    )


def risk_frame(plan: Plan) -> pd.DataFrame:
    yours = plan.prior_win_rate
    priors = sorted({0.08, 0.10, 0.15, 0.33, yours})
    columns = {"ideas that win": [f"{100 * p:.3g} of 100" + (" (yours)" if p == yours else "") for p in priors]}
    for power in (0.8, 0.5, 0.2):
        risks = [false_positive_risk(prior, plan.alpha, power) for prior in priors]
        columns[f"power {power:.0%}"] = [f"{100 * risk:.0f} of 100" for risk in risks]
    return pd.DataFrame(columns)


def risk_sentence(plan: Plan) -> str:
    risk = false_positive_risk(plan.prior_win_rate, plan.alpha)
    return (
        f"If {100 * plan.prior_win_rate:.3g} of 100 ideas like this one truly win, {100 * risk:.0f} of 100 significant "
        f"wins are false, at {POWER:.0%} power. With less power the share rises: fewer of the wins are true ones."
    )


# --- Decision ------------------------------------------------------------------------------------------------------


def what_if(plan: Plan, moments: Moments, health: Health) -> list[tuple[str, str]]:
    """The decision as planned, and had one thing been planned otherwise: what does it hang on?"""
    plans = {"as planned": plan}
    if any(metric.covariate for metric in plan.metrics):
        plans["without covariates"] = _each_metric(plan, covariate=None)
    if plan.guardrails:
        halves = tuple(replace(m, margin=m.margin / 2) if m.guardrail else m for m in plan.metrics)
        plans["with margins half as wide"] = replace(plan, metrics=halves)
    if plan.minimum_effect:
        plans["with twice the minimum effect"] = replace(plan, minimum_effect=2 * plan.minimum_effect)
    if plan.always_valid:
        plans["read once, on a day fixed before"] = replace(plan, sequential="", looks=1)
    else:
        looks = 20 if plan.looks < 20 else 1
        plans[f"with {looks} looks" if looks > 1 else "with one look"] = replace(plan, looks=looks)
    plans[f"at alpha {plan.alpha / 5:.2g}"] = replace(plan, alpha=plan.alpha / 5)
    return [
        (name, decide(other, compare(other, moments, power=False), health).decision)
        for name, other in plans.items()
    ]


def _each_metric(plan: Plan, **changes) -> Plan:
    return replace(plan, metrics=tuple(replace(metric, **changes) for metric in plan.metrics))


def what_if_sentence(alternatives: Sequence[tuple[str, str]]) -> str:
    """What the word hangs on: which plans would have led to the same one, and which to another."""
    (_, planned), *others = alternatives
    if planned == "invalid":
        return "No other plan would repair it: the data are at fault, not the question."
    text = "What the decision hangs on:"
    for word in dict.fromkeys([planned, *(word for _, word in others)]):
        plans = [name for name, found in others if found == word]
        if plans:
            verb = "it stays" if word == planned else "it would be"
            text += f" {verb} {quoted(word)} {listed(plans)};"
    return text.rstrip(";") + "."


def memo(plan: Plan, decision: Decision, health: Health, notes: Sequence[str] = (), segments: str = "") -> str:
    """The decision in words for somebody who reads nothing else.

    notes: what the gate says of the file; segments: the sentence about them, where some were named.
    """
    parts = {"ship": _ship, "stop": _stop, "run_longer": _run_longer, "invalid": _invalid}
    paragraphs = parts[decision.decision](plan, decision, health)
    if decision.decision != "invalid":
        paragraphs += [segments] if segments else []
        paragraphs.append(_trust(plan, decision, health))
    notes = [*notes, *caveats.gap_notes(plan, health)]
    if notes:
        paragraphs.append("About the file: " + " ".join(notes))
    return "\n\n".join(paragraphs)


def _moved(e: Estimate) -> str:
    if e.relative is None:
        return f"moved by {value_text(e.difference, 'mean')}"
    size = percent(abs(e.relative), signed=False)
    return "did not move" if size == "0.0%" else f"{'rose' if e.relative > 0 else 'fell'} by {size}"


def _reasons(e: Estimate) -> str:
    """One estimate in a clause of its own."""
    name, allowed = quoted(e.metric.name), f"the {e.metric.margin:.1%} you allow" if e.metric.guardrail else ""
    if e.metric.guardrail and e.relative is not None:
        best, worst = sorted((e.relative_low, e.relative_high), key=lambda bound: -e.metric.sign * bound)
        verdict = {
            "holds": f"at worst {percent(worst)}, within {allowed}",
            "breached": f"at best {percent(best)}, beyond {allowed}",
            "unclear": f"and {percent(worst)} is not excluded, beyond {allowed}",
        }[e.verdict]
        return f"{name} {_moved(e)}, {verdict}"
    if e.p_value is None:
        return f"{name} ({value_text(e.control, e.metric.kind)} in the control: nothing can be tested)"
    return f"{name} {_moved(e)} ({interval_text(e)}; adjusted p {p_text(e.p_value_adjusted)})"


def _sentence(lead: str, estimates: Sequence[Estimate]) -> str:
    return f"{lead}: {'; '.join(_reasons(e) for e in estimates)}." if estimates else ""


def _about(decision: Decision, variant: str) -> str:
    found = decision.of(variant)
    groups = {
        "Better": [e for e in found if e.verdict == "better"],
        "Worse": [e for e in found if e.verdict == "worse"],
        "Too small to matter, even at its best": [e for e in found if e.verdict == "too_small"],
        "Not shown either way": [e for e in found if e.verdict == "unclear" and not e.metric.guardrail],
        "Guardrails that hold": [e for e in found if e.verdict == "holds"],
        "Guardrails breached": [e for e in found if e.verdict == "breached"],
        "Guardrails still open": [e for e in found if e.verdict == "unclear" and e.metric.guardrail],
    }
    return " ".join(sentence for lead, group in groups.items() if (sentence := _sentence(lead, group)))


def _others(decision: Decision, told: Sequence[str]) -> list[str]:
    rest = [f"{quoted(v)}: {word.replace('_', ' ')}" for v, word in decision.variants.items() if v not in told]
    return [f"The other variants: {'; '.join(rest)}."] if rest else []


def _ship(plan: Plan, decision: Decision, health: Health) -> list[str]:
    chosen = decision.chosen
    won = any(e.verdict == "better" for e in decision.of(chosen))
    later = (
        "Announce the low end of the interval, not the middle: what won is, on average, overstated. Keep a few percent "
        "of units on the old version for some weeks and read the effect again."
        if won
        else "Nothing had to win here, only to do no harm: say so when you announce it."
    )
    return [f"**Ship {quoted(chosen)}.** {_about(decision, chosen)}", *_others(decision, [chosen]), later]


def _run_longer(plan: Plan, decision: Decision, health: Health) -> list[str]:
    open_variants = [variant for variant, word in decision.variants.items() if word == "run_longer"]
    paragraphs = ["**Run longer; do not ship yet.**"]
    for variant in open_variants:
        lead = f"{quoted(variant)}: " if len(decision.variants) > 1 else ""
        paragraphs.append(f"{lead}{_about(decision, variant)} {_how_long(plan, decision, variant, health)}".strip())
    closing = (
        "Read it again whenever you like: the wider intervals pay for every look."
        if plan.always_valid
        else "Reading the test again is one look more: fix the date now, set `looks` to the number you will then have "
        "had, and judge by the bound that goes with it."
    )
    return [*paragraphs, *_others(decision, open_variants), closing]


def _how_long(plan: Plan, decision: Decision, variant: str, health: Health) -> str:
    """Units that would settle what is open, if the estimates stay where they are."""
    units, needs = health.ratio.observed[variant], []
    won = any(e.verdict == "better" for e in decision.of(variant))
    for e in decision.of(variant):
        if e.verdict != "unclear":
            continue
        if e.metric.guardrail and (times := times_to_hold(e)):
            needs.append(f"about {round_up(times * units):,} would settle {quoted(e.metric.name)}")
        elif not won and (times := times_needed(e, plan.minimum_effect)) and times > 1:
            effect = percent(plan.minimum_effect, signed=False)
            needs.append(f"about {round_up(times * units):,} would find {effect} in {quoted(e.metric.name)}")
    if not needs:
        return ""
    return f"The variant has {units:,} units; {'; '.join(needs)}, as far as this sample can tell."


def times_to_hold(e: Estimate) -> float | None:
    """How many times these units would show that a guardrail holds if its estimate stays; None if it would not hold."""
    if not e.metric.guardrail or e.relative is None:
        return None
    harm = -e.metric.sign * e.relative
    worst = max(-e.metric.sign * bound for bound in (e.relative_low, e.relative_high))
    return ((worst - harm) / (e.metric.margin - harm)) ** 2 if harm < e.metric.margin else None


def _stop(plan: Plan, decision: Decision, health: Health) -> list[str]:
    paragraphs = ["**Stop.**"]
    for variant in decision.variants:
        lead = f"{quoted(variant)}: " if len(decision.variants) > 1 else ""
        paragraphs.append(lead + _about(decision, variant))
    verdicts = {e.verdict for e in decision.estimates}
    if "breached" in verdicts:
        closing = "Repair what breached its guardrail and test the repaired version as a new test, with new units."
    elif "worse" in verdicts:
        closing = "Turn it off. Ask what the idea took for granted about users, and write the answer down for the next."
    else:
        closing = "The question is answered: whatever the change does, it is less than you said is worth having."
    return [*paragraphs, closing]


def _invalid(plan: Plan, decision: Decision, health: Health) -> list[str]:
    found = [split_sentence(health.ratio)] if health.ratio.alarm else []
    found += [balance_sentence(health.balance)] if any(check.alarm for check in health.balance) else []
    found += [caveats.segment_ratio_sentence(health)] if any(check.alarm for check in health.segments) else []
    paragraphs = []
    if found:
        paragraphs.append(
            "Find where units are lost: assignment, redirects, crashes, bots, filters, joins of logs, a variant that "
            "started late. Compare the counts by day, browser and platform to see where it happens. Repair it, then "
            "run the test again from the start. A result quoted from this one is a guess."
        )
    if any(check.alarm for check in health.missing):
        found.append(caveats.missing_sentence(health))
        paragraphs.append(
            "Ask which units lack the value: often the new version no longer sends the event, or the page fails before "
            "it does. Where a missing value means that nothing happened, it is a 0: set `missing` to `zero`."
        )
    return ["**Invalid: read no result.** " + " ".join(found), *paragraphs]


def _trust(plan: Plan, decision: Decision, health: Health) -> str:
    risk = false_positive_risk(plan.prior_win_rate, plan.alpha)
    text = [f"How far to trust this: the split is as asked ({p_short(health.ratio.p_value)})."]
    if health.balance:
        text.append("Before the test the variants were alike.")
    if plan.always_valid:
        text.append(caveats.always_sentence(plan, decision.estimates))
    else:
        looks = "one look" if plan.looks == 1 else f"{plan.looks} looks"
        text.append(f"Judged for {looks} at {plan.alpha:g} in all.")
    if any(e.verdict == "better" for e in decision.estimates):
        prior = f"{100 * plan.prior_win_rate:.3g} of 100"
        text.append(f"Where {prior} ideas win, {100 * risk:.0f} of 100 such wins are false all the same.")
    if plan.cluster:
        text.append(caveats.cluster_sentence(plan, decision.estimates))
    elif not plan.unit:
        text.append("No unit column was named, so units counted twice would not have been noticed.")
    return " ".join(filter(None, text))


# --- For chapters and charts ---------------------------------------------------------------------------------------


def forest_frame(estimates: Sequence[Estimate], raw: Sequence[Estimate]) -> pd.DataFrame:
    """One row per interval that has a relative scale; the plain estimate follows the one with a covariate."""
    several = len({e.variant for e in estimates}) > 1
    rows = []
    for e, plain in zip(estimates, raw, strict=True):
        shown = [(e, e.verdict.replace("_", " "))] + ([(plain, "without covariate")] if e.adjusted_by_covariate else [])
        for shown_estimate, verdict in shown:
            name = e.metric.name + (f" · {e.variant}" if several else "")
            margin = -e.metric.sign * e.metric.margin if e.metric.guardrail else None
            rows.append(
                {
                    "row": name + (", without" if verdict == "without covariate" else ""),
                    "change": shown_estimate.relative,
                    "low": shown_estimate.relative_low,
                    "high": shown_estimate.relative_high,
                    "verdict": verdict,
                    "margin": margin,
                }
            )
    columns = ["row", "change", "low", "high", "verdict", "margin"]
    return pd.DataFrame(rows, columns=columns).dropna(subset=["change"])


def tally(estimates: Sequence[Estimate]) -> str:
    """How many comparisons came out which way."""
    if not estimates:
        return "Nothing can be compared."
    said = []
    for verdict, times in Counter(e.verdict.replace("_", " ") for e in estimates).items():
        state = ("hold" + "s" * (times == 1)) if verdict == "holds" else f"{'is' if times == 1 else 'are'} {verdict}"
        said.append(f"{times} {state}")
    return f"Of {plural(len(estimates), 'comparison')} {listed(said)}."


def slug(text: str) -> str:
    return re.sub(r"\W+", "_", text.lower(), flags=re.ASCII).strip("_") or "unnamed"


def facts(
    plan: Plan,
    decision: Decision,
    raw: Sequence[Estimate],
    health: Health,
    alternatives: Sequence[tuple[str, str]],
) -> dict[str, int | float | str]:
    """Every number a chapter may pull in, by name; what does not exist is left out."""
    ratio = health.ratio
    found = {
        "units": sum(ratio.observed.values()),
        "sample_ratio_p": ratio.p_value,
        "alpha": plan.alpha,
        "looks": plan.looks,
        "final_level": plan.level,
        "prior_win_rate": plan.prior_win_rate,
        "minimum_effect": plan.minimum_effect,
        "false_positive_risk": false_positive_risk(plan.prior_win_rate, plan.alpha),
        "decision": decision.decision.replace("_", " "),
        "comparisons": sum(not e.metric.guardrail and e.p_value is not None for e in decision.estimates),
        # counts of 100, for sentences
        "healthy_of_100": round(100 * ratio.p_value),
        "wins_of_100": round(100 * plan.prior_win_rate),
        "false_of_100": round(100 * false_positive_risk(plan.prior_win_rate, plan.alpha)),
        "false_of_100_at_low_power": round(100 * false_positive_risk(plan.prior_win_rate, plan.alpha, 0.2)),
        "peeking_of_100": round(100 * peeking_false_positives(plan.looks, plan.alpha)[-1]),
    }
    found |= {f"units_{slug(variant)}": units for variant, units in ratio.observed.items()}
    found |= {f"balance_{slug(c.covariate)}_{slug(c.variant)}_p": c.p_value_adjusted for c in health.balance}
    found |= {f"decision_{slug(name)}": word.replace("_", " ") for name, word in alternatives[1:]}
    for e, plain in zip(decision.estimates, raw, strict=True):
        name = f"{slug(e.metric.name)}_{slug(e.variant)}"
        found |= _numbers(name, e) | (_numbers(f"{name}_plain", plain) if e.adjusted_by_covariate else {})
        if e.adjusted_by_covariate and e.p_value is not None:
            kept = variance_kept(e, plain)
            found |= {f"{name}_variance_removed": 1 - kept, f"{name}_worth": 1 / kept}
        times = times_needed(e, plan.minimum_effect)
        if times:
            found[f"{name}_units_for_minimum"] = round_up(times * ratio.observed[e.variant])
        if e.metric.guardrail:
            halved = replace(e, metric=replace(e.metric, margin=e.metric.margin / 2))
            times = times_to_hold(halved)
            found |= {f"{name}_margin": e.metric.margin}
            found |= {f"{name}_units_for_half_margin": round_up(times * ratio.observed[e.variant])} if times else {}
    return {name: value for name, value in found.items() if value is not None}


def _numbers(name: str, e: Estimate) -> dict[str, float | str | None]:
    return {
        f"{name}_control": e.control,
        f"{name}_treatment": e.treatment,
        f"{name}_change": e.relative,
        f"{name}_low": e.relative_low,
        f"{name}_high": e.relative_high,
        f"{name}_p": e.p_value,
        f"{name}_p_adjusted": e.p_value_adjusted,
        f"{name}_smallest": e.smallest_relative_effect,
        f"{name}_verdict": e.verdict.replace("_", " "),
        f"{name}_missing": e.missing or None,
        f"{name}_design_effect": e.design_effect,
        f"{name}_widened": e.widened,
    }
