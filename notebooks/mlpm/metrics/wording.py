"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

from mlpm.metrics.slices import Slice
from mlpm.metrics.study import Study
from mlpm.phrases import listed, of_100, plain, plural, safe
from mlpm.scores import Share


def number(value: float) -> str:
    """A number of items: whole from ten on."""
    return f"{value:,.0f}" if value >= 9.95 or value == 0 else f"{value:.1f}"


def span(found: Share, digits: int = 0) -> str:
    """`57 of 100 (54 to 60)`."""
    share = f"{100 * found.value:.{digits}f} of 100" if digits else of_100(found.value)
    return f"{share} ({100 * found.low:.{digits}f} to {100 * found.high:.{digits}f})"


def number_of_100(share: float) -> str:
    """`10`, `2.4`."""
    return f"{100 * share:.1f}".removesuffix(".0")


def percent(value: float) -> str:
    return f"{number_of_100(value)}%"


def _yes(found: Study) -> str:
    return safe(found.scores.positive)


def _no(found: Study) -> str:
    return safe(found.scores.negative)


# --- After each result --------------------------------------------------------------------------------------------


def about_file(found: Study) -> str:
    s = found.scores
    text = (
        f"{plain(s.name)}: {plural(s.item_count, 'labeled item')}, {s.positive_count:,} of them {_yes(found)}"
        f" ({percent(s.base_rate)}{' by weight' if s.weighted else ''}). The product acts from a score of "
        f"{found.threshold:g} on."
    )
    if found.moved:
        text += f" The stream has {percent(found.rate)}: what is said of 1,000 items is said of the stream."
    return " ".join([text, *map(plain, s.notes)])


def about_counts(found: Study) -> str:
    n = found.whole
    return (
        f"Of {found.per:,} items {n['caught'] + n['hit']:,} are acted on. {n['caught']:,} of them are {_yes(found)} "
        f"and {n['hit']:,} {_no(found)}; {n['missed']:,} {_yes(found)} ones are missed. So of 100 acted on, "
        f"**{span(found.precision).replace(' of 100', '')} are {_yes(found)}** (precision), and of 100 "
        f"{_yes(found)} ones **{span(found.recall).replace(' of 100', '')} are caught** (recall). Of 100 {_no(found)} "
        f"ones {100 * found.hit_share.value:.1f} are hit."
    )


def about_accuracy(found: Study) -> str:
    never = "acting on nothing" if found.rate <= 0.5 else "acting on everything"
    better = found.accuracy.low > found.always_no
    worse = found.accuracy.high < found.always_no
    said = "more than" if better else "less than" if worse else "no more, beyond chance, than"
    there = found.elsewhere
    text = (
        f"{percent(found.accuracy.value)} of the items are treated rightly: {said} the {percent(found.always_no)} of "
        f"{never}, which {'catches nothing' if found.rate <= 0.5 else 'spares nobody'} and needs no model."
    )
    if there.accuracy.high < there.always_no:
        text += (
            f" At a base rate of {percent(there.rate)} the same model is {percent(there.accuracy.value)} accurate and "
            f"doing nothing {percent(there.always_no)}. Whoever ranks by accuracy there switches the model off, and "
            f"with it the {there.whole['caught']} of {there.per:,} it catches."
        )
    return text


def about_claims(found: Study) -> str:
    if not found.claims:
        return "Nobody claimed a number, so there is none to compare."
    words = {
        "holds": "lies inside the file's interval",
        "too high": "lies **above** the file's interval",
        "too low": "lies below the file's interval: the slide undersells",
    }
    said = [
        f"The claimed {claim.what} of {of_100(claim.said)} {words[claim.verdict]}, {span(claim.found)}."
        for claim in found.claims
    ]
    (precision,) = [claim for claim in found.claims if claim.what == "precision"] or [None]
    if precision and found.claim_rate is not None and precision.verdict != "holds":
        said.append(
            f"At this threshold such a precision comes out where {100 * found.claim_rate:.0f} of 100 items are "
            f"{_yes(found)}; in the stream {number_of_100(found.rate)} are. Ask what share of the test set was."
        )
    return " ".join(said)


def about_rates(found: Study) -> str:
    there = found.elsewhere
    return (
        f"From a base rate of {percent(found.rate)} to one of {percent(there.rate)}, recall stays at "
        f"{of_100(found.recall.value)} and the pairs ranked right (AUC) at {of_100(found.ranks.value)}; of 100 acted "
        f"on, {100 * found.precision.value:.0f} are {_yes(found)} here and {100 * there.precision.value:.0f} there. "
        "Nothing about the model has changed."
    )


def about_ranks(found: Study) -> str:
    return (
        f"Take one {_yes(found)} and one {_no(found)} item at random: the first has the higher score in "
        f"{of_100(found.ranks.value)} pairs ({100 * found.ranks.low:.1f} to {100 * found.ranks.high:.1f}). That is the "
        "area under the ROC curve. It knows no threshold and no base rate, so it cannot say how many of those acted "
        "on are right."
    )


def about_calibration(found: Study) -> str:
    s, row = found.scores, found.furthest
    if s.rescaled:
        return "The scores are no probabilities: they rank. No sentence about one item's chance can be read off them."
    off = (
        f"Of {plural(int(row.rows), 'item')} scored {row.from_p:.1f} to {row.to_p:.1f}, {of_100(row.p)} should be "
        f"{_yes(found)} if the score were a chance, and {of_100(row.rate)} are ({100 * row.low:.0f} to "
        f"{100 * row.high:.0f})."
    )
    if found.calibrated:
        return f"**The score can be read as a chance**, as far as these rows can tell. Where it is furthest off: {off}"
    slope = found.fitted.slope
    kind = ""
    if slope and slope[2] < 1:
        kind = f" It is over-confident: slope {slope[0]:.2f} ({slope[1]:.2f} to {slope[2]:.2f}), where 1 is honest."
    elif slope and slope[1] > 1:
        kind = f" It is under-confident: slope {slope[0]:.2f} ({slope[1]:.2f} to {slope[2]:.2f}), where 1 is honest."
    return (
        f"**The score ranks; it is no chance.** {off}{kind} Averaged over all items it is off by "
        f"{100 * found.calibration_error:.1f} in 100, a mild number, since most items lie where it is right."
    )


def about_slices(found: Study) -> str:
    if not found.slices:
        return "The file has no column to slice by. Ask for one: the mean hides whoever is few."
    text = []
    for one in found.flagged:
        text.append(_flag(found, one))
    if not text:
        text.append(
            f"None of the {len(found.slices)} slices is worse than the others beyond what so many looks do by chance."
        )
    for what, worst in (("recall", found.worst_recall), ("hit", found.worst_hit)):
        if worst is None:
            continue
        one, chance = worst
        if what == "recall":
            text.append(
                f"The lowest recall is that of {safe(one.name)}, {of_100(one.recall.value)}. If every slice had "
                f"{of_100(found.recall.value)}, the lowest would show about {100 * chance.value:.0f} by chance, and in "
                f"one review of twenty less than {100 * chance.low:.0f}."
            )
        else:
            text.append(
                f"The largest share of negatives hit is that of {safe(one.name)}, {100 * one.hit.value:.1f} of 100; by "
                f"chance the largest would show about {100 * chance.value:.1f}, and in one review of twenty more than "
                f"{100 * chance.high:.1f}."
            )
    few = [safe(one.name) for one in found.slices if not one.judged]
    if few:
        text.append(f"Too few rows to say anything: {listed(few)}.")
    return " ".join(text)


def _flag(found: Study, one: Slice) -> str:
    parts = []
    if one.misses_more:
        parts.append(f"fewer of its {_yes(found)} items are caught, {span(one.recall)}")
    if one.hit_more:
        parts.append(f"more of its {_no(found)} items are hit, {span(one.hit, 1)}")
    return f"**{plain(one.name)} stands out**, beyond chance over all looks: {listed(parts)}."


# --- The memo -----------------------------------------------------------------------------------------------------

TITLES = {
    "may_say": "These numbers may be said.",
    "ranks_only": "Say the counts; do not call the score a chance.",
    "name_slice": "Say the mean and the slice, in one sentence.",
    "correct_claim": "Do not repeat the claim; say what the stream would see.",
    "collect_more": "Say nothing yet.",
}


def memo(found: Study) -> str:
    parts = [
        f"**{TITLES[found.decision]}** {_reason(found)}", _may(found), _may_not(found),
        f"**Ask next:** {question(found)}",
    ]
    notes = [f"Noted: {plain(note)}" for note in found.scores.notes]
    return "\n\n".join(part for part in [*parts, *notes] if part)


def _reason(found: Study) -> str:
    s = found.scores
    if found.rule == "few":
        return f"One class has {plural(s.rarer_count, 'row')}, and nothing is said below {found.minimum}. Label more."
    if found.rule == "coin":
        return (f"Of 100 pairs {100 * found.ranks.value:.0f} are ranked right ({100 * found.ranks.low:.0f} to "
                f"{100 * found.ranks.high:.0f}): the score may be a coin.")
    if found.rule == "claim":
        return about_claims(found)
    if found.rule == "slice":
        return " ".join(_flag(found, one) for one in found.flagged)
    if found.rule == "score":
        return about_calibration(found)
    return (f"At this threshold they hold for streams in which {number_of_100(found.rate)} of 100 items are "
            f"{_yes(found)}.")


def _may(found: Study) -> str:
    if found.decision == "collect_more":
        return ""
    o, day = found.outcome, found.per_day
    return (
        f"**May be said:** of {number(found.items_per_day)} items a day, {number(found.rate * found.items_per_day)} "
        f"of which are {_yes(found)}, the product acts on {number(o.acted * day)}: "
        f"{number(o.caught.value * day)} rightly, {number(o.hit.value * day)} wrongly, and "
        f"{number(o.missed.value * day)} are missed. Of 100 acted on, "
        f"{span(found.precision).replace(' of 100', '')} are {_yes(found)}; of 100 {_yes(found)} ones "
        f"{span(found.recall).replace(' of 100', '')} are caught."
    )


def _may_not(found: Study) -> str:
    lines = []
    for claim in found.claims:
        if claim.verdict == "too high":
            lines.append(f"\"{claim.what} {claim.said:.2f}\" without the mix it was measured on")
    lines.append(f"\"{percent(found.accuracy.value)} accurate\", since doing the same to every item is "
                 f"{percent(found.always_no)}")
    if not found.calibrated:
        lines.append("any chance read off a score" if found.scores.rescaled else "\"a score of 0.9 means 90 in 100\"")
    if found.flagged:
        lines.append(f"the mean without {listed([safe(one.name) for one in found.flagged])}")
    lines.append(f"any precision for a stream with another base rate: at {percent(found.tried_rate)} it is "
                 f"{100 * found.elsewhere.precision.value:.0f} of 100")
    return f"**May not be said:** {'; '.join(lines)}."


def question(found: Study) -> str:
    """The one question for the review, by the rule that decided."""
    return {
        "few": "how many labeled items of the rarer class can we have, by when, and drawn how?",
        "coin": "what does the simplest rule do on these same rows?",
        "claim": "on which items was the claimed number measured, who drew them, and how many of 100 were positive?",
        "slice": f"show me ten wrongly treated items of {safe(found.flagged[0].name) if found.flagged else 'it'}: what "
        "do they have in common, and what happens to those people meanwhile?",
        "score": "who reads the score as a chance today, and which map from score to chance ships with the model?",
        "stands": "what would we see first, and who would see it, if these numbers stopped being true?",
    }[found.rule]
