"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import pandas as pd

from mlpm.impact.cohorts import RECENT, Cohorts
from mlpm.impact.log import EXPOSED, HELD
from mlpm.impact.study import Findings, Rail
from mlpm.impact.tiles import Tile, tiles
from mlpm.impact.voices import unheard
from mlpm.phrases import listed, minus, of_100, plain, plural

HYPHEN = "\u2011"  # a hyphen at which no line breaks


def percent(share: float | None, digits: int = 1) -> str:
    """`+8.0%`, a relative change."""
    return "–" if share is None else minus(f"{100 * share:+.{digits}f}%")


def points(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else minus(f"{100 * share:+.{digits}f}")


def interval(low: float | None, high: float | None, form=percent) -> str:
    return "no interval" if low is None else f"{form(low)} to {form(high)}"


def amount(value: float, unit: str) -> str:
    """`€1,120` for euros, `15.2 orders` for anything else."""
    digits = 0 if abs(value) >= 100 else 2
    number = f"{abs(value):,.{digits}f}"
    sign = minus("-") if value < 0 and number.strip("0.,") else ""
    if unit in ("euros", "euro", "€", "EUR"):
        return f"{sign}€{number}"
    return f"{sign}{number} {plain(unit)}".strip()


def shown(tile: Tile, value: float | None) -> str:
    if value is None:
        return "–"
    if tile.form == "share":
        return f"{100 * value:.1f} of 100"
    return {"relative": percent, "points": points}.get(tile.form, lambda x: f"{x:,.4g}")(value)


def now(tile: Tile) -> str:
    """`48.7 of 100 (41.8 to 55.7)`."""
    if tile.low is None:
        return shown(tile, tile.value)
    ends = [shown(tile, end).replace(" of 100", "") for end in (tile.low, tile.high)]
    return f"{shown(tile, tile.value)} ({' to '.join(ends)})"


def dashboard(f: Findings) -> pd.DataFrame:
    """The page: a row a tile."""
    return pd.DataFrame(
        [
            {
                "tile": one.name,
                "now": now(one),
                "state": f"{one.state}; next look {one.next_look}".replace("-", HYPHEN),
                "decides": one.decision,
                "rule": one.rule,
            }
            for one in tiles(f)
        ]
    )


def about_log(f: Findings) -> str:
    log = f.log
    text = (
        f"{plural(log.rows, 'event')} of {plural(log.users(HELD) + log.users(EXPOSED) + log.mixed, 'user')}, complete "
        f"until {log.until}. "
    )
    if log.has_holdout:
        text += (
            f"{log.users(HELD):,} are held out, {log.users(EXPOSED):,} have the launches. The outcome is counted over "
            f"{log.days} days, since {log.outcome_from}."
        )
        if f.question.sampled < 1:
            text += (
                f" The file holds {of_100(f.question.sampled)} of those who have the launches, so they stand for "
                f"about {f.log.users(EXPOSED) / f.question.sampled:,.0f}."
            )
    else:
        text += "Nobody is held out."
    return " ".join([text, *map(plain, log.notes)])


def about_dashboard(f: Findings) -> str:
    found = tiles(f)
    states = ("act", "watch", "no rule")
    by_state = {state: [f"*{plain(one.name)}*" for one in found if one.state == state] for state in states}
    text = f"{plural(len(found), 'tile')}. "
    if by_state["act"]:
        text += f"Act on {listed(by_state['act'])}. "
    else:
        text += "No rule has fired. "
    if by_state["watch"]:
        text += f"Still open, because the interval holds the line: {listed(by_state['watch'])}. "
    if by_state["no rule"]:
        text += f"Without a rule, so nothing could follow from it: {listed(by_state['no rule'])}."
    return text.strip()


def about_cohorts(one: Cohorts, did: str) -> str:
    """did: what the users of a cohort did, as in `came back`."""
    if not len(one.frame):
        return "Nobody who has the launches has a first use in the log, so there are no cohorts."
    if not one.recent.users:
        when = f" The first is on {one.next_look}." if one.next_look else ""
        return f"No cohort has had time enough to say how many {did}: every one is too young.{when}"
    recent, earlier = one.recent, one.earlier
    counted = plural(min(RECENT, len(one.mature)), "mature cohort")
    text = (
        f"Of the last {counted} {recent.hits:,} of {recent.users:,} {did}: "
        f"{of_100(recent.value)} ({100 * recent.low:.0f} to {100 * recent.high:.0f})"
    )
    if earlier.users:
        text += f"; of those before, {earlier.hits:,} of {earlier.users:,}, {of_100(earlier.value)}"
        low, high = difference(one)
        if high < 0:
            text += f". **It fell, by {-100 * high:.0f} to {-100 * low:.0f} of 100**"
        elif low > 0:
            text += f". It rose, by {100 * low:.0f} to {100 * high:.0f} of 100"
        else:
            text += f". The difference may be chance ({points(low, 0)} to {points(high, 0)} of 100)"
    text += "."
    if len(one.young):
        mixed = int(one.frame.hits.sum()) / int(one.frame.users.sum())
        are = "is" if len(one.young) == 1 else "are"
        text += (
            f" {plural(len(one.young), 'cohort')} from {one.young.week.iloc[0]} on {are} too young and left out; "
            f"thrown in with the others, they would make it {of_100(mixed)}."
        )
    return text


def difference(one: Cohorts) -> tuple[float, float]:
    """Newcombe's interval of recent less earlier."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    counts = (one.recent.hits, one.recent.users, one.earlier.hits, one.earlier.users)
    low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    return float(low), float(high)


def about_effect(f: Findings, unit: str, *, again: bool = True) -> str:
    """again: whether the effect itself is said, which a memo has in its first line."""
    if f.effect is None:
        return (
            "Nobody is held out, so the difference the launches made is not in this log. A line that rises since a "
            "launch also rises with the season, with marketing, and with whoever joined."
        )
    effect, text = f.effect, ""
    if f.ratio.alarm:
        text += (
            f"**Read no further: {f.log.users(HELD):,} users are held out where {f.ratio.expected[HELD]:,.0f} were "
            f"expected (p {_p(f.ratio.p_value)}).** Users were lost or added on one side. "
        )
    name = plain(f.question.outcome)
    text += (
        f"Users with the launches bring {amount(effect.treatment, unit)} of {name} each, those held out "
        f"{amount(effect.control, unit)}"
    )
    text += " (both adjusted for what they brought before the draw)" if effect.adjusted_by_covariate else ""
    if effect.relative is None:
        return (
            text + ". It does not vary, or the holdout's mean is not clearly above zero: there is no relative change."
        )
    text += (
        f": **{percent(effect.relative)} ({interval(effect.relative_low, effect.relative_high)})**. " if again else ". "
    )
    if effect.adjusted_by_covariate and f.plain.relative is not None:
        narrower = (effect.relative_high - effect.relative_low) / (f.plain.relative_high - f.plain.relative_low)
        text += (
            f"Without that adjustment it is {percent(f.plain.relative)} "
            f"({interval(f.plain.relative_low, f.plain.relative_high)}): the past makes the interval "
            f"{100 * (1 - narrower):.0f}% narrower. Before the draw the groups differed by "
            f"{percent(f.before.relative)}, p {_p(f.before.p_value)}. "
        )
    if f.fading is not None:
        text += (
            f"In the first half of the period it was {percent(f.fading.early.relative)}, in the second "
            f"{percent(f.fading.late.relative)}: a change of {points(f.fading.change)} points "
            f"({interval(f.fading.low, f.fading.high, points)})"
        )
        text += (
            ", **so it fades**."
            if f.fading.high < 0
            else ", so it grows."
            if f.fading.low > 0
            else ", which may be chance."
        )
    return text.strip()


def about_claim(f: Findings) -> str:
    claim = f.claim
    if claim is None:
        return "No wins are named in `wins`, so there is nothing to hold the holdout against."
    text = (
        f"{plural(len(claim.wins), 'launch', 'launches')} claim {percent(claim.total)} in sum, "
        f"{percent(claim.product)} multiplied. "
    )
    if claim.expected is None:
        text += (
            "How many tests they came out of is not known (`tried`), so what being picked did to them cannot be said: "
            "look it up, losers included. "
        )
    else:
        text += (
            f"They are the winners of {plural(claim.tried, 'test')}. Winners were picked partly for luck: on average "
            f"{of_100(claim.expected / claim.total) if claim.total > 0 else 'a part'} of such a sum is true, "
            f"{percent(claim.expected)}"
            + (f" ({interval(claim.expected_low, claim.expected_high)}). " if claim.expected_low is not None else ". ")
        )
    part = f.ratio_to_claim
    if part is None:
        return text + "There is no effect of a holdout to compare."
    text += (
        f"The holdout shows {percent(f.effect.relative)}: **of 100 announced, {100 * part[0]:.0f} arrived** "
        f"({100 * part[1]:.0f} to {100 * part[2]:.0f}). "
    )
    if claim.expected is None:
        gap = f.gap_to_sum
        if gap is not None:
            text += (
                f"The gap is {points(gap[0])} points ({interval(gap[1], gap[2], points)}), errors of the wins counted."
            )
        return text.strip()
    gap = f.gap_to_expected
    if gap is None:
        return text.strip()
    what = f"What the holdout lacks beyond that, {points(gap[0])} points ({interval(gap[1], gap[2], points)}), "
    if gap[1] > 0:
        text += what + (
            "is more than chance: look for launches that earn the same thing twice, for effects that faded, and for a "
            "holdout that got the launches after all."
        )
    elif gap[2] < 0:
        text += what + "is below zero by more than chance: launches help each other, or the list of wins is not whole."
    else:
        text += what + "may be chance: being picked explains the gap, and no story about overlap is needed."
    return text


def about_rails(f: Findings) -> str:
    if not f.rails:
        return "No guardrail is named. Then every rise of the outcome counts as a win, whatever it broke."
    return " ".join(_rail(one) for one in f.rails)


def _rail(rail: Rail) -> str:
    name, one = plain(rail.guardrail.event), rail.guardrail
    if rail.verdict == "unseen":
        return f"*{name}*: no such event in the period."
    form = (lambda x: f"{100 * x:.1f} of 100 users") if one.kind == "users" else (lambda x: f"{x:,.4g}")
    bare = (lambda x: f"{100 * x:.1f}") if one.kind == "users" else form
    text = f"*{name}* is at {form(rail.value)} ({bare(rail.low)} to {bare(rail.high)}), limit {bare(one.limit)}: "
    return (
        text
        + {
            "breached": "**over it, the whole interval.**",
            "near": "the interval holds the limit, so nobody can say on which side it is.",
            "holds": "it holds.",
        }[rail.verdict]
    )


def about_size(f: Findings, unit: str) -> str:
    if f.deviation is None:
        return "Without an outcome above zero no size can be worked out."
    text = (
        f"Among {f.population:,.0f} users whose outcome spreads {f.deviation:.2f} times its mean"
        + (", the past taken off" if f.effect is not None and f.effect.adjusted_by_covariate else "")
        + ": "
    )
    five = f.sizes[2]
    text += (
        f"a holdout of 5 of 100 ({five.users:,} users) has an interval of ±{100 * five.half:.1f} points and finds "
        f"{percent(five.found)} in 80 of 100 cases; one of 1 of 100 finds {percent(f.sizes[0].found)}. "
    )
    target = (f.claim.expected or f.claim.total) if f.claim else f.question.minimum
    if target > 0:
        what = f"{percent(target)}, " + ("what the wins lead one to expect," if f.claim else "the gain worth having,")
        text += (
            f"To find {what} {of_hundred(f.needed)} would have to be held out. "
            if f.needed is not None
            else f"To find {what} even a half would not be enough users. "
        )
    if f.cost is not None and f.cost[0] > 0:
        low, high = (amount(x, unit) for x in f.cost[1:])
        text += f"While it stands, the holdout gives up {amount(f.cost[0], unit)} a month ({low} to {high})."
    return text.strip()


def of_hundred(share: float) -> str:
    """`1.1 of 100 users`."""
    return f"{100 * share:.2g} of 100 users"


def about_voices(frame: pd.DataFrame, sample: int) -> str:
    """What a tally of themes says, and what it cannot."""
    if not sample or not len(frame):
        return (
            "Nothing was read, so nobody knows why the numbers moved. Draw twenty sessions a week by lot, silent users "
            "among them, and write their themes into `voices`."
        )
    top = frame.iloc[0]
    return (
        f"Of {sample:,} items read, {int(top['count']):,} show *{plain(top.theme)}*: in all of them it is between "
        f"{100 * top.low:.0f} and {100 * top.high:.0f} of 100, if they were drawn by lot. A theme that none of them "
        f"shows may still be {100 * unheard(sample):.0f} of 100. Read for what to ask next; count with the log."
    )


def memo(f: Findings, unit: str) -> str:
    """The decision, why, against what was announced, what each tile asks for, and when to look again."""
    parts = [f"**{_headline(f)}** {_reason(f, unit)}"]
    if f.effect is not None and f.decision != "investigate" and f.claim is not None:
        parts.append(about_claim(f))
    parts.append(f"**On the page.** {about_dashboard(f)} {about_rails(f)}")
    parts.append(f"**Next.** {_next(f, unit)}")
    if f.log.notes:
        parts.append(f"*Counted with care:* {' '.join(map(plain, f.log.notes))}")
    return "\n\n".join(parts)


def _headline(f: Findings) -> str:
    effect = f.effect
    if f.decision == "start_holdout":
        return "Hold out a few users before the next launch: this log cannot say what the launches did together."
    if f.decision == "investigate":
        return f"Report nothing yet: {listed(f.alarms)}."
    if effect.relative is None:
        return "Keep measuring: the outcome gives no relative change to report."
    shown_effect = f"{percent(effect.relative)} ({interval(effect.relative_low, effect.relative_high)})"
    if f.decision == "report_holdout":
        against = f", not the {percent(f.claim.total)} that the single tests add up to" if f.claim else ""
        return f"Report {shown_effect} for all launches together{against}."
    if f.decision == "report_harm":
        return f"Report a loss: together the launches did {shown_effect}."
    if f.decision == "report_no_gain":
        return f"Report no gain worth having: together the launches did {shown_effect}."
    return f"Keep measuring: {shown_effect} holds both nothing and a gain worth having."


def _reason(f: Findings, unit: str) -> str:
    if f.effect is None:
        return about_effect(f, unit)
    if f.decision == "investigate":
        return "Every other number of this page hangs on it. " + (
            about_effect(f, unit)
            if not f.ratio.alarm
            else f"{f.log.users(HELD):,} users are held out where "
            f"{f.ratio.expected[HELD]:,.0f} were expected, p {_p(f.ratio.p_value)}."
        )
    text = about_effect(f, unit, again=f.effect.relative is None)
    if f.effect.relative is not None and f.effect.relative_low > 0:
        text += f" Plan with the low end, {percent(f.effect.relative_low)}."
    return text


def _next(f: Findings, unit: str) -> str:
    text = {
        "start_holdout": f"Draw the holdout by user, before anybody sees the next launch. {about_size(f, unit)}",
        "investigate": "Find the fault before the next launch: the draw, the log, the switch of each launch.",
        "report_harm": "Turn the launches off one by one, the newest first; keep the holdout until the loss is gone.",
        "report_holdout": "Once this number is written down, give the holdout the launches and draw a new one.",
        "report_no_gain": "Take back the launches that cost something to run, and ask what kind of idea to stop.",
        "keep_measuring": (
            f"Keep the holdout until {f.next_outcome}. "
            + (
                f"Until then {percent(f.smallest)} is the smallest effect found in 80 of 100 cases."
                if f.smallest
                else ""
            )
        ),
    }[f.decision]
    if f.effect is not None and f.cost is not None and f.cost[0] > 0:
        low, high = (amount(x, unit) for x in f.cost[1:])
        text += f" It gives up {amount(f.cost[0], unit)} a month ({low} to {high})."
    return (
        text + f" Look at the outcome again on {f.next_outcome}, not before: weekly looks at a slow number find chance."
    )


def _p(p: float) -> str:
    return "under 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"
