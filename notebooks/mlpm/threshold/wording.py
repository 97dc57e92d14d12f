"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import math

from mlpm.phrases import listed, minus, of_100, plain, plural, safe
from mlpm.proportions import Interval
from mlpm.scores import FEW
from mlpm.threshold.prices import implied_ratio
from mlpm.threshold.study import Named, Study


def number(value: float) -> str:
    """A raw score, a ratio or an amount: three digits, a true minus sign, no exponent in sight."""
    if not math.isfinite(value):
        return "any"
    if abs(value) >= 100:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.3g}" if abs(value) < 0.001 else f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
        text = text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    return minus(text)


def p(value: float) -> str:
    """A probability: three decimals, or two where the third is zero."""
    return f"{value + 1e-12:.3f}".removesuffix("0")


def ratio(value: float) -> str:
    """How many wrong hits a miss is worth: two digits are more than anybody knows."""
    return number(float(f"{value:.2g}"))


def items(value: float) -> str:
    """A number of items, as a count people can picture: whole from ten on."""
    return f"{value:,.0f}" if value >= 9.95 or value == 0 else f"{value:.1f}"


def amount(found: Study, value: float) -> str:
    return f"{number(value)} {plain(found.unit)}"


def share_more(value: float) -> str:
    """How much more, in words: `25% more`, `as much`, `1% less`."""
    if abs(value) < 0.005:
        return "as much"
    return f"{abs(value):.0%} {'more' if value > 0 else 'less'}"


def _yes(found: Study) -> str:
    return safe(found.scores.positive)


def _no(found: Study) -> str:
    return safe(found.scores.negative)


def _from(raw: float | None) -> str:
    return "at no score" if raw is None else f"from a score of {number(raw)}"


# --- The file, and what a score means -----------------------------------------------------------------------------


def about_scores(found: Study) -> str:
    s = found.scores
    text = (
        f"{plain(s.name)}: {plural(s.item_count, 'labeled item')}, {s.positive_count:,} of them {_yes(found)}"
        + (f" ({100 * s.base_rate:.1f} of 100 by weight)." if s.weighted else f": {100 * s.base_rate:.1f} of 100.")
        + f" Take one {_yes(found)} and one {_no(found)} item: the first has the higher score in "
        f"{of_100(found.ranks.value)} pairs ({100 * found.ranks.low:.1f} to {100 * found.ranks.high:.1f})."
    )
    if found.base_rate:
        text += (
            f" The stream has {100 * found.rate:.1f} of 100"
            + (": all counts below are for the stream." if found.moved else ", as in the file.")
        )
    return " ".join([text, *map(plain, s.notes)])


def about_meaning(found: Study) -> str:
    """Is a score a probability, and what is the cut as a score?"""
    s, fitted = found.scores, found.fitted
    if s.rescaled:
        first = "The scores are no probabilities, so they need a map before a price can be applied to them."
    else:
        table = found.reliability
        worst = table.loc[((table.p - table.rate).abs() * table.rows.pow(0.5)).idxmax()]
        said = (
            f"Of {plural(int(worst.rows), 'item')} scored {worst.from_p:.1f} to {worst.to_p:.1f}, {of_100(worst.p)} "
            f"should be {_yes(found)} if the score were a probability, and {of_100(worst.rate)} are "
            f"({100 * worst.low:.0f} to {100 * worst.high:.0f})."
        )
        if fitted.method == "none":
            return (
                f"**The score can be read as a probability**: no other map predicts rows it has not seen better than "
                f"chance explains. Where it is furthest off: {said[0].lower()}{said[1:]}"
            )
        first = f"**The score is not the probability it looks like.** {said}"
        if fitted.slope and fitted.slope[2] < 1:
            first += " It is over-confident: high scores are too high, low ones too low."
        elif fitted.slope and fitted.slope[1] > 1:
            first += " It is under-confident: scores crowd too much around the middle."
    curve = "A logistic curve" if fitted.method == "logistic" else "Isotonic regression"
    error = fitted.methods.set_index("method").calibration_error
    text = f"{first} {curve} mends that, judged on rows it was not fitted on"
    if "none" in error.index:
        text += (f": the mean distance between what was said and what came true falls from {100 * error['none']:.1f} "
                 f"to {100 * error[fitted.method]:.1f} items in 100")
    return text + "."


def about_cut(found: Study) -> str:
    """The cut on p, behind which raw score, and what it does."""
    price, cut = found.price, found.cut
    text = (
        f"One missed {_yes(found)} item is priced at {number(price.false_negative)}, one wrong hit at "
        f"{number(price.false_positive)}: act from p = {number(price.false_positive)} / "
        f"({number(price.false_positive)} + {number(price.false_negative)}) = **{p(price.cut)}** on."
    )
    if not found.has_cut:
        side = "every score" if cut.outcome.place == 0 else "no score"
        return (
            f"{text} {side[0].upper()}{side[1:]} reaches it: at these prices you would "
            f"{'act on everything' if cut.outcome.place == 0 else 'never act'}."
        )
    low, high = found.raw_range
    where = f"{text} That is a score of **{number(cut.raw)}**"
    if low < high:  # where the score itself is p, no sample moves it
        where += f"; other samples of this size would put it between {number(low)} and {number(high)}"
    return f"{where}. {_counts(found, cut)}"


def _counts(found: Study, cut: Named, per: str = "1,000 items") -> str:
    o = cut.outcome
    return (
        f"Of {per}, {items(o.caught.value)} {_yes(found)} ones are caught ({items(o.caught.low)} to "
        f"{items(o.caught.high)}), {items(o.missed.value)} are missed and {items(o.hit.value)} {_no(found)} ones are "
        f"wrongly hit ({items(o.hit.low)} to {items(o.hit.high)}). Of 100 items acted on, "
        f"{100 * o.wrong.value:.0f} are {_no(found)} ({100 * o.wrong.low:.0f} to {100 * o.wrong.high:.0f})."
    )


def about_flat(found: Study) -> str:
    if not found.has_cut:
        return "There is no bottom between two walls: cost falls all the way to one end."
    low, high, first, last = found.flat
    bins = found.scores
    lowest, highest = bins.least[first], bins.most[min(last, bins.bin_count) - 1]
    return (
        f"At the cut, errors cost {amount(found, found.cut.cost.value)} per 1,000 items "
        f"({number(found.cut.cost.low)} to {number(found.cut.cost.high)}); {plain(found.trivial.name)}, and they cost "
        f"{number(found.trivial.cost.value)}. Around the cut the curve is flat: anywhere between p = {p(low)} and "
        f"{p(high)} (scores {number(lowest)} to {number(highest)}) costs at most {found.tolerance:.0%} more. "
        "Do not argue about the second decimal of a threshold; argue about the prices."
    )


# --- Habits, people, base rates -----------------------------------------------------------------------------------


def extra(found: Study, cut: Named) -> str:
    """What a cut costs more than the proposed one, or that these rows cannot tell."""
    e: Interval = cut.extra
    if e.low <= 0 <= e.high:
        low, high = (number(float(f"{value:.2g}")) for value in (e.low, e.high))
        return f"costs no more than these rows can tell ({low} to {high} per 1,000 items)"
    relative = f" ({share_more(e.value / found.cut.cost.value)})" if found.cut.cost.value > 0 else ""
    more = f"{amount(found, abs(e.value))} {'more' if e.value > 0 else 'less'}"
    return f"costs {more} per 1,000 items{relative}"


def about_habits(found: Study) -> str:
    """What 0.5 and the best F1 cost, and the price they imply."""
    half, f1 = found.half, found.best_f1
    text = f"**{plain(half.name)}** {extra(found, half)} by the proposed prices."
    if half.p is not None and 0 < half.p < 1:
        text += f" It acts from p = {p(half.p)}: right if a miss were worth {ratio(implied_ratio(half.p))} wrong hits."
    text += (
        f" The **best F1** ({found.f1:.2f}) {extra(found, f1)}. In theory its cut on p is half of that F1, whatever "
        f"anybody's prices are; in these rows it falls at p = {p(found.best_f1.p)}, right if a miss were worth "
        f"{ratio(found.f1_ratio)} wrong hits. Let the base rate go from {rate(found.rate)} to "
        f"{rate(found.tried_rate)}, and the same recipe prices a miss at {ratio(found.elsewhere.f1_ratio)}. You "
        f"proposed {ratio(found.price.ratio)}."
    )
    if found.voices:
        price = max(found.stakeholders, key=lambda one: found.regret(found.best_f1.outcome.place, one))
        text += (
            f" By the price of {safe(price.name)} ({ratio(price.ratio)}), the best F1 costs "
            f"{share_more(found.regret(f1.outcome.place, price))} than need be, and {plain(half.name)} "
            f"{share_more(found.regret(half.outcome.place, price))}."
        )
    if found.typed and found.fitted.method != "none":
        text += f" Entering {p(found.price.cut)} as a score, as if it were p, {extra(found, found.typed)}."
    return text


def rate(value: float) -> str:
    """A base rate as a natural frequency."""
    return f"{100 * value:.3g} of 100"


def about_people(found: Study) -> str:
    low, high = found.ratio_range
    text = (
        f"The proposed cut costs at most {found.tolerance:.0%} more than the best one as long as a miss is worth "
        f"between **{ratio(low)} and {ratio(high)}** wrong hits."
    )
    if not found.voices:
        return text + " Ask whoever pays for the errors, separately and in writing, whether their price lies outside."
    first, last = found.voices[0], found.voices[-1]
    if len(found.voices) > 1 and found.between > 0:
        text += (
            f" Between the cut of {safe(first.name)} and that of {safe(last.name)} lie {items(found.between)} items of "
            f"1,000, {items(found.between * found.per_day)} a day."
        )
    if not found.disputes:
        return text + " Nobody's price lies outside by more than chance: they disagree on the price, not on the cut."
    for price, regret in found.disputes:
        text += (
            f" {safe(price.name)} says {ratio(price.ratio)}; by that price the proposed cut costs "
            f"{regret:.0%} more than need be."
        )
    return text + f" {_start(found)}"


def _start(found: Study) -> str:
    place = found.compromise
    if not 0 < place < found.scores.bin_count:
        return "No single cut comes near everybody's price."
    worst = max(found.regret(place, price) for price in found.stakeholders)
    return (
        f"If you must start before they agree, start from a score of {number(float(found.scores.least[place]))} "
        f"(p = {p(float(found.calibration.p[place]))}): by nobody's own price does that cost more than "
        f"{max(worst, 0):.0%} extra."
    )


def about_rate(found: Study) -> str:
    """What another base rate does to the raw cut."""
    there = found.elsewhere
    if not found.has_cut:
        return "Without a cut there is nothing to move."
    text = (
        f"Let {_yes(found)} go from {rate(found.rate)} to {rate(found.tried_rate)}, each kind looking as before. The "
        f"cut on p stays {p(found.price.cut)}, as it depends on prices alone; the score behind it moves from "
        f"{number(found.cut.raw)} to {'beyond every score' if there.cut.raw is None else number(there.cut.raw)}."
    )
    left = found.left
    if left.outcome.acted > 0:
        wrong, before = (100 * one.outcome.wrong.value for one in (left, found.cut))
        text += (
            f" Leave it at {number(found.cut.raw)} and you act from p = {p(found.left_p)} on: of 100 items acted on "
            f"{wrong:.0f} are {_no(found)} instead of {before:.0f}, and errors cost {number(left.cost.value)} per "
            f"1,000 items where {number(there.cut.cost.value)} would do."
        )
    return text


def about_band(found: Study) -> str:
    if not found.review_cost:
        return "No price of a review is given, so nobody looks and every item falls on one side of the cut."
    limit = f"{number(found.review_limit)}"
    band = found.band
    if band is None:
        return (
            f"A review costs {amount(found, found.review_cost)}. An item right on the cut costs {limit} on average if "
            "nobody looks, and no item costs more: at this price no review pays."
        )
    text = (
        f"A review costs {amount(found, found.review_cost)}, less than the {limit} an item on the cut costs on average "
        f"if nobody looks. It pays between p = {number(found.review_cost)} / {number(found.price.false_negative)} = "
        f"{p(band.low)} and 1 − {number(found.review_cost)} / {number(found.price.false_positive)} = {p(band.high)}: "
        f"{items(band.reviewed)} items of 1,000, {items(band.reviewed * found.per_day)} a day. "
    )
    if found.has_cut:
        text += (
            f"If reviewers are right, errors and reviews together cost {number(band.cost)} per 1,000 items instead of "
            f"{number(found.cut.cost.value)}: {number(band.saving.value)} less "
            f"({number(band.saving.low)} to {number(band.saving.high)}). "
        )
    return text + "Ask for the people before you promise the band."


def about_groups(found: Study) -> str:
    lines = found.group_lines
    if not lines:
        return "No column of groups is given, so nothing can be said about who is wrongly hit."
    if not found.has_cut:
        return "Without a cut the groups are treated alike."
    first = lines[0]
    o = first.outcome
    text = (
        f"Of 100 {_no(found)} items of {safe(first.name)}, {100 * o.hit_share.value:.1f} are hit "
        f"({100 * o.hit_share.low:.1f} to {100 * o.hit_share.high:.1f}); of 100 of all others, "
        f"{100 * (o.hit_share.value - first.gap.value):.1f}. "
    )
    if not first.gap.low > 0:
        return text + "That is within what chance does in samples of this size."
    return text + (
        f"The gap is more than chance: {100 * first.gap.low:.1f} to {100 * first.gap.high:.1f} items of 100. Of 100 "
        f"{safe(first.name)} items acted on, {100 * o.wrong.value:.0f} are {_no(found)}. No price settles that; a "
        "single cut hides it."
    )


# --- The memo -----------------------------------------------------------------------------------------------------


def memo(found: Study) -> str:
    """The decision for a stakeholder: what to do, what it does, who pays, what would change it."""
    parts = [_headline(found), _effect(found), _groups(found), _review(found), _keep(found)]
    return "\n\n".join([*filter(None, parts), *map(plain, found.scores.notes)])


def _headline(found: Study) -> str:
    price, cut, rarer = found.price, found.cut, found.scores.rarer_count
    return {
        "few": lambda: _collect(found, f"Only {plural(rarer, 'row')} of the rarer label "
                                f"{'is' if rarer == 1 else 'are'} there; from {FEW} on a share begins to mean "
                                "something."),
        "coin": lambda: _collect(found, f"The score may rank no better than a coin: {of_100(found.ranks.value)} pairs "
                                 f"right, {100 * found.ranks.low:.0f} to {100 * found.ranks.high:.0f}."),
        "saving": lambda: _collect(found, f"These rows cannot tell the cut from {_trivially(found)}: it saves "
                                   f"{amount(found, found.saving.value)} per 1,000 items, with an interval "
                                   f"from {number(found.saving.low)} to {number(found.saving.high)}.{_rows(found)}"),
        "misread": lambda: (
            f"**Recalibrate before you cut.** The cut is p = {p(price.cut)}, and the score is not p: entered as it "
            f"stands, it would act from p = {p(found.typed.p)} on and cost {number(found.typed.extra.value)} "
            f"{plain(found.unit)} more per 1,000 items "
            f"({share_more(found.typed.extra.value / cut.cost.value)}).{_why_misread(found)} Ask the owner of the "
            f"model for a score calibrated for this stream. Until then the right place is {_place(found)}."
        ),
        "disputed": lambda: _dispute(found),
        "whole": lambda: (
            f"**Do not cut: {'act on everything' if cut.outcome.place == 0 else 'act on nothing'}.** At these prices "
            f"the cut is p = {p(price.cut)}, and {'every' if cut.outcome.place == 0 else 'no'} score reaches it. A "
            "cheaper error or a better score would change that; another threshold would not."
        ),
        "agreed": lambda: (
            f"**Act from a score of {number(cut.raw)} on.** It is where p reaches {p(price.cut)}, the cut that follows "
            f"from {number(price.false_positive)} for a wrong hit and {number(price.false_negative)} for a miss. "
            f"{_spread(found)}"
        ),
    }[found.rule]()


def _why_misread(found: Study) -> str:
    """Where the score is p in the file and the stream is another."""
    if found.fitted.method != "none" or not found.moved:
        return ""
    return f" In the file, with {rate(found.scores.base_rate)}, it is; the stream has {rate(found.rate)}."


def _collect(found: Study, why: str) -> str:
    return f"**Collect more labels before you cut.** {why}"


def _trivially(found: Study) -> str:
    return "acting on everything" if found.trivial.outcome.place == 0 else "acting on nothing"


def _rows(found: Study) -> str:
    saving = found.saving
    if saving.value <= 0:
        return ""
    times = ((saving.value - saving.low) / saving.value) ** 2
    rows = max(round(times * found.scores.item_count, -2), found.scores.item_count)
    return f" If the saving is what it looks like, about {rows:,} rows would tell."


def _place(found: Study) -> str:
    return f"a score of {number(found.cut.raw)}" if found.cut.raw is not None else "beyond every score"


def _spread(found: Study) -> str:
    low, high = found.ratio_range
    if found.voices:
        return (
            f"{listed([safe(voice.name) for voice in found.voices])} name other prices; by none of them does this cut "
            f"cost more than {found.tolerance:.0%} extra beyond chance, so the cut stands."
        )
    return (
        f"It stays within {found.tolerance:.0%} of the best cut as long as a miss is worth {ratio(low)} to "
        f"{ratio(high)} wrong hits."
    )


def _dispute(found: Study) -> str:
    low, high = found.ratio_range
    price, regret = max(found.disputes, key=lambda one: one[1])
    side = f"more than {ratio(high)}" if price.ratio > found.price.ratio else f"less than {ratio(low)}"
    text = (
        f"**Settle the price before the threshold.** The proposal says that one missed {_yes(found)} item is worth "
        f"{ratio(found.price.ratio)} wrong hits; {safe(price.name)} says {ratio(price.ratio)}, and by that price the "
        f"proposed cut costs {regret:.0%} more than need be. The proposal holds for any price from {ratio(low)} to "
        f"{ratio(high)}: the meeting is about whether a miss is worth {side} wrong hits. The model is not on the "
        "agenda."
    )
    return f"{text} {_start(found)}"


def _effect(found: Study) -> str:
    if not found.has_cut:
        cost = found.cut.cost
        span = f"{number(cost.low)} to {number(cost.high)}"
        return f"Errors then cost {amount(found, cost.value)} per 1,000 items ({span})."
    o, day = found.cut.outcome, found.per_day
    where = "The proposed cut" if found.rule == "disputed" else "The cut"
    return (
        f"{where} (p = {p(found.price.cut)}, score {number(found.cut.raw)}), of {items(found.items_per_day)} items a "
        f"day: {items(o.caught.value * day)} of {items((o.caught.value + o.missed.value) * day)} {_yes(found)} ones "
        f"caught, {items(o.missed.value * day)} missed ({items(o.missed.low * day)} to {items(o.missed.high * day)}), "
        f"{items(o.hit.value * day)} {_no(found)} ones wrongly hit ({items(o.hit.low * day)} to "
        f"{items(o.hit.high * day)}). Of 100 items acted on, {100 * o.wrong.value:.0f} are {_no(found)} "
        f"({100 * o.wrong.low:.0f} to {100 * o.wrong.high:.0f})."
    )


def _groups(found: Study) -> str:
    if not found.group_lines or not found.has_cut or not found.group_lines[0].gap.low > 0:
        return ""
    first = found.group_lines[0]
    hit = first.outcome.hit_share.value
    other = hit - first.gap.value
    times = f"{hit / other:.1f} times as often as" if other > 0 else "more often than"
    return (
        f"**Who pays.** {_no(found)} items of {safe(first.name)} are hit {times} all others "
        f"({100 * hit:.1f} against {100 * other:.1f} of 100). Decide whether that may ship before you decide the cut."
    )


def _review(found: Study) -> str:
    if found.band is None or found.band.saving.low <= 0:
        return ""
    band = found.band
    return (
        f"**Cheaper than any cut.** If somebody looks at items between p = {p(band.low)} and {p(band.high)}, at "
        f"{amount(found, found.review_cost)} each and right each time, the total falls from "
        f"{number(found.cut.cost.value)} to {number(band.cost)} per 1,000 items. It takes "
        f"{items(band.reviewed * found.per_day)} reviews a day."
    )


def _keep(found: Study) -> str:
    if not found.has_cut:
        return ""
    there = found.elsewhere
    raw = "beyond every score" if there.cut.raw is None else f"at {number(there.cut.raw)}"
    return (
        f"**Look again** when prices, the model or the base rate change. At {rate(found.tried_rate)} in place of "
        f"{rate(found.rate)}, the same prices put the cut {raw}. What makes an error cheaper, such as an undo, moves "
        "the cut as well: try that first."
    )
