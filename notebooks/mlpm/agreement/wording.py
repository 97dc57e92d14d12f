"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

from collections.abc import Iterator

from mlpm import phrases
from mlpm.agreement.study import LEAN, LISTED_RATERS, Findings
from mlpm.agreement.votes import MAX_CATEGORIES
from mlpm.phrases import minus, of_100, plain, plural, safe

# Krippendorff (Content Analysis, 2nd ed. 2004, p. 241): rely on alpha from .800; .667 is the lowest conceivable limit.
TENTATIVE = 0.667
# Percent agreement this far above kappa is the paradox at work.
PARADOX_GAP = 0.15
# More items than this are not relabeled before a sample of them shows that the new rule works.
TRY_FIRST = 600


def number(value: float) -> str:
    """A coefficient: two decimals, a true minus sign."""
    return minus(f"{value:.2f}")


def euros(amount: float) -> str:
    return phrases.euros(amount, cents=False)


def _top_label(found: Findings):
    return found.labels.sort_values(["share", "label"]).iloc[-1]


def about_ratings(found: Findings) -> str:
    r = found.ratings
    single = r.item_count - r.pairable_count
    labels = ", ".join(safe(label) for label in r.labels[:8]) + (" …" if len(r.labels) > 8 else "")
    text = (
        f"{plural(r.rating_count, 'rating')} of {plural(r.item_count, 'item')} by {plural(len(r.raters), 'rater')}, "
        f"with {plural(len(r.labels), 'label')}: {labels}."
    )
    if single:
        text += f" {plural(single, 'item has', 'items have')} a single rating: they cannot show agreement."
    return " ".join([text, *map(plain, found.notes)])


def about_alpha(found: Findings) -> str:
    a = found.alpha
    if a.value is None:
        return f"Krippendorff's alpha is undefined: {a.reason}."
    if a.low is None:
        return f"Krippendorff's alpha is **{number(a.value)}**; {a.reason}."
    if a.low >= found.required:
        where = "even the lower end reaches"
    elif a.high < found.required:
        where = "even the upper end stays under"
    else:
        where = "it holds"
    return (
        f"Krippendorff's alpha is **{number(a.value)}**. Its 95% interval is {number(a.low)} to {number(a.high)}; "
        f"{where} the required {number(found.required)}.{_raters_taken_as_given(found)}"
    )


def about_width(found: Findings) -> str:
    """How many items an interval of the wanted width takes."""
    wanted, a, have = f"{found.wanted_width:.2f}", found.alpha, found.ratings.pairable_count
    if found.items_for_width is None:
        why = a.reason if a.low is None else "alpha is the same in every bootstrap sample"
        return f"How many items an interval {wanted} wide takes cannot be said: {why}."
    need = found.items_for_width
    text = (
        f"These {plural(have, 'item')} with two ratings or more give an interval {a.high - a.low:.2f} wide. One "
        f"{wanted} wide, from end to end, takes about {plural(need, 'such item')} in all: widths shrink with the "
        "square root of their number, if the new items are like these and as many raters see each."
    )
    return text if need > have else text.replace(" takes about", " would have taken about")


def about_versions(found: Findings) -> str:
    """What changed from one version of the guideline to the next."""
    c = found.comparison
    if c is None:
        return (
            "Name a column in `version` that says under which of two versions of the guideline each rating was given, "
            "and the difference appears here."
        )
    (earlier, later), d = map(plain, c.versions.names), c.difference
    under = [
        f"{'undefined' if one.value is None else number(one.value)} under {name} "
        f"({plural(c.versions.items(side), 'item')} with two ratings or more)"
        for side, (name, one) in enumerate(zip((earlier, later), c.alphas, strict=True))
    ]
    text = f"Alpha is {under[0]} and {under[1]}. "
    if d.value is None:
        return text + f"So there is no difference to tell: {d.reason}."
    text += f"The difference is **{_signed(d.value)}**"
    if d.low is None:
        return text + f"; {d.reason}."
    text += f" ({_signed(d.low)} to {_signed(d.high)}): "
    if d.low > 0:
        text += f"raters agree more under {later}. "
    elif d.high < 0:
        text += f"raters agree less under {later}. "
    else:
        text += "these items cannot tell whether raters agree more under one of the two. "
    shared, every = c.versions.shared, c.versions.every
    if not shared:
        return text + (
            "No item was rated under both: the interval is that of two independent samples, and what differs between "
            "these items is part of the difference."
        )
    if shared == every:
        return text + (
            f"{plural(shared, 'item was', 'items were')} rated under both: the interval is paired, each item is drawn "
            "with its ratings under both, so that hard items weigh on both sides alike."
        )
    return text + (
        f"Of {every:,} items {shared:,} {'was' if shared == 1 else 'were'} rated under both and drawn as pairs, the "
        "others by themselves: the difference is partly one of items."
    )


def _signed(value: float) -> str:
    return number(value) if round(value, 2) <= 0 else f"+{number(value)}"


def _raters_taken_as_given(found: Findings) -> str:
    """What the interval leaves out: it draws items again, not raters."""
    without = found.raters.alpha_without.dropna()
    if not 3 <= len(found.ratings.raters) <= LISTED_RATERS or without.empty:
        return ""
    low, high = number(without.min()), number(without.max())
    return (
        f" The interval is about other items for the same {len(found.ratings.raters)} raters. How much hangs on who "
        f"labels is another question: leave one of them out, and alpha is {low}"
        + (f" to {high}." if low != high else ".")
    )


def about_chance(found: Findings) -> str:
    kappa = found.estimates["fleiss_kappa"]
    if kappa.value is None:
        return (
            f"Two raters of an item give the same label in {of_100(found.observed)} cases. How many would match by "
            f"chance is undefined: {kappa.reason}."
        )
    top = _top_label(found)
    text = (
        f"Take an item and two of its raters: they give the same label in **{100 * found.observed:.1f}** of 100 cases. "
        f"Hand out the same labels blindly and they would match in **{100 * found.expected:.1f}**, as "
        f"{of_100(top['share'])} labels are {safe(top.label)}. That left {100 * (1 - found.expected):.1f} matches to "
        f"win beyond chance. The raters won {100 * (found.observed - found.expected):.1f} of them; the ratio is "
        f"Fleiss' kappa, {number(kappa.value)}."
    )
    if found.observed - kappa.value > PARADOX_GAP:
        text += (
            " The first number flatters: mostly it says that one label is common. This is the kappa paradox, and the "
            "reason why a requirement is set on alpha."
        )
    if found.ratings.level != "nominal":
        text += f" Alpha is another number: on the {found.ratings.level} level a near miss counts less than a far one."
    return text


def about_labels(found: Findings) -> str:
    table = found.labels.dropna(subset="agreement")
    if len(found.labels) < 2 or table.empty:
        return "With a single label in use there is nothing to tell apart."
    worst = table.sort_values(["agreement", "label"]).iloc[0]
    text = (
        f"When one rater says {safe(worst.label)}, another rater of the same item says so too in "
        f"{of_100(worst.agreement)} cases: the weakest of the labels."
    )
    if len(found.ratings.labels) > 2 and len(found.label_pairs):
        pair = found.label_pairs.iloc[0]
        text += (
            f" The labels most often given to the same item are {safe(pair.label_1)} and {safe(pair.label_2)}, on "
            f"{plural(pair['items'], 'item')}."
        )
    return text


def about_groups(found: Findings) -> str:
    if not found.conflicts:
        return "No item received two different labels."
    text = f"{plural(found.conflicts, 'item')} received at least two different labels."
    if found.groups is None:
        return text + (
            " Name a column in `group` (a topic, a rule of the guideline, a week) to see where they sit. Until then, "
            "read the items listed below."
        )
    top = found.hot_group
    if top is None:
        first = found.groups.iloc[0]
        return text + (
            f" No group has far more than its share of them; the most are in {safe(first.group)}, {first.conflicts:,} "
            f"on {plural(first['items'], 'item')}. The trouble is in what all groups have in common."
        )
    text += (
        f" **{top.conflicts:,} of them are in the group {plain(top.group)}**, which has {top['items']:,} of the "
        f"{found.ratings.item_count:,} items"
    )
    if top.alpha == top.alpha:
        e = found.hot_alpha
        interval = f" ({number(e.low)} to {number(e.high)})" if e.low is not None else ""
        text += f"; alpha there is {number(top.alpha)}{interval}" + (
            ", no better than chance" if top.alpha < 0.05 else ""
        )
    text += "."
    if found.alpha_elsewhere is not None:
        over = "reaches" if found.alpha_elsewhere >= found.required else "is still under"
        text += f" Without that group alpha is {number(found.alpha_elsewhere)}, which {over} {number(found.required)}."
    return text


def _lean(row) -> str:
    """How a rater leans, or nothing."""
    if not row.label or row.excess < LEAN:
        return ""
    rater, more = plain(row.rater), f"{100 * row.excess:.0f} more {safe(row.label)}"
    return f"of 100 shared items {rater} calls {more} than the others do"


def about_raters(found: Findings) -> str:
    table = found.raters.dropna(subset="agreement")
    first = table.iloc[0]
    if len(found.ratings.raters) < 3:
        other = table.iloc[1]
        leaning = [lean for lean in (_lean(first), _lean(other)) if lean]
        text = "With two raters nobody can say which of them is off: a third opinion has to."
        return (leaning[0][0].upper() + leaning[0][1:] + ". " if leaning else "") + text
    text = f"**{plain(first.rater)}** differs most: the others agree in {of_100(first.agreement)} cases"
    text += f", and {_lean(first)}. " if _lean(first) else ". "
    if found.dragging:
        names = ", ".join(plain(name) for name in found.dragging)
        return text + (
            f"Without {names} alpha is {number(found.alpha_without_dragging)} and reaches {number(found.required)}: "
            "most of the disagreement sits there."
        )
    best = found.raters.alpha_without.max()
    if best == best and found.alpha.value is not None and found.alpha.value < found.required:
        return text + (
            f"Leaving out any one rater brings alpha to {number(best)} at best, still under {number(found.required)}: "
            "this is not one person's doing."
        )
    return text.strip()


def about_items(found: Findings) -> str:
    if found.adjudicate.empty:
        return "There is nothing to adjudicate: no item received two different labels."
    last = "more ratings" if found.consensus is None else "the less certain estimate"
    return (
        "The order: items without a majority first, then the larger share of rater pairs in conflict, then "
        f"{last}. An expert who settles them from the top writes the guideline's next examples on the way."
    )


def about_consensus(found: Findings) -> str:
    c = found.consensus
    if c is None and len(found.ratings.labels) <= MAX_CATEGORIES:
        return (
            "Dawid–Skene is left out, as the check above says; a majority can be taken in the engine, and a tie still "
            "needs a person."
        )
    if c is None:
        return (
            f"With more than {MAX_CATEGORIES} different labels a vote makes no sense; take the median of an item's "
            "ratings and keep all of them."
        )
    state = "settled" if c.fit.converged else "was stopped, not settled,"
    return (
        f"Majority vote and Dawid–Skene give the same label to {c.same:,} of "
        f"{plural(found.ratings.item_count, 'item')}. On {c.tied:,} the vote is tied and Dawid–Skene decides by who is "
        f"usually right. On {c.other:,} it overrules a majority in favor of a more reliable rater. The estimate "
        f"{state} after {plural(c.fit.iterations, 'step')}, at log-likelihood {number(c.fit.log_likelihood)}. It "
        "trusts raters who agree with each other: where all of them misread a rule, so does the estimate."
    )


def about_cost(found: Findings) -> str:
    per = found.labels_per_item
    text = (
        f"Two raters of an item differ in {of_100(1 - found.observed)} cases. *Two plus one* therefore takes {per:.2f} "
        "labels per item: two, and a third only where they differ. For 1,000 items that is "
        f"{euros(1000 * per * found.cost)}, and {euros(3000 * found.cost)} for three labels each. "
    )
    if len(found.ratings.labels) == 2:
        return text + (
            "With two labels both give the same majority, item by item: a third rater cannot overturn two who agree. "
            "What you give up is evidence on who errs."
        )
    return text + "With more than two labels the third rater may add a third label: send those items to an expert."


def memo(found: Findings) -> str:
    """The decision in words a stakeholder reads; every number in it is one of the findings."""
    write = {"train": _train, "fix_guideline": _fix, "retrain_raters": _retrain, "collect_more": _collect}
    parts = list(write[found.decision](found))
    if found.comparison is not None:
        parts.append(about_versions(found))
    if found.notes:
        parts.append(" ".join(["*About the file.*", *map(plain, found.notes)]))
    return "\n\n".join(parts)


def _agreement(found: Findings) -> str:
    a, kappa = found.alpha, found.estimates["fleiss_kappa"]
    text = f"Two raters of an item give the same label in {of_100(found.observed)} cases"
    if kappa.value is not None:
        top = _top_label(found)
        because = f", because most labels are {safe(top.label)}" if top["share"] > 0.5 else ""
        text += f"; {100 * found.expected:.0f} of those would match by chance{because}"
    if a.value is None:
        return text + f". Krippendorff's alpha is undefined: {a.reason}."
    if a.low is None:
        return text + f". Krippendorff's alpha is {number(a.value)}, with {a.reason}."
    return text + (
        f". Krippendorff's alpha, which takes chance out, is {number(a.value)} ({number(a.low)} to {number(a.high)}); "
        f"you asked for {number(found.required)}."
    )


def _relabel(found: Findings, items: int, agreement: float) -> str:
    labels = items * (3 - agreement)
    price = f"about {labels:,.0f} labels or {euros(labels * found.cost)}"
    if items > TRY_FIRST:
        return (
            f"have {TRY_FIRST:,} of them labeled again under it. Only when these agree, relabel all {items:,}, two "
            f"labels each and a third where they differ: {price}."
        )
    return f"relabel them: {plural(items, 'item')}, two labels each and a third where they differ, {price}."


def _train(found: Findings) -> Iterator[str]:
    yield "**Train on these labels.** " + _agreement(found) + " Even the lower end reaches it."
    if found.consensus is not None and found.consensus.tied:
        tied = plural(found.consensus.tied, "item")
        yield (
            f"Have an expert, not a coin, settle the {tied} without a majority. Keep every single label beside the "
            "consensus: it is the only record of what people do not see alike."
        )
    yield (
        "Agreement says that raters read alike, not that they read right. Compare a sample with labels that the owner "
        "of the rules has settled before the first training run."
    )
    yield about_cost(found)
    yield "Measure again when the guideline, the raters or the stream of items changes."


def _collect(found: Findings) -> Iterator[str]:
    r, wanted = found.ratings, found.items_to_settle
    yield "**Collect more labels before you decide.** " + _agreement(found)
    if found.rule == "undefined":
        yield "Draw items that should carry the rare label, and have each labeled by at least two raters."
        return
    text = (
        f"The interval holds {number(found.required)}: {plural(r.pairable_count, 'item')} cannot tell whether the "
        "standard is met."
    )
    if wanted is None or wanted <= r.pairable_count or wanted > 100 * r.pairable_count:
        yield text + " Alpha is so close to it that hardly any number of items would settle it: decide by cost."
        return
    more, rate = wanted - r.pairable_count, r.rating_count / r.item_count
    yield text + (
        f" If alpha stays where it is, about {wanted:,} items in all would tell: {more:,} more, at {rate:.1f} labels "
        f"each {euros(more * rate * found.cost)}. Leave the guideline as it is meanwhile: a sample under two "
        "guidelines measures neither."
    )


def _retrain(found: Findings) -> Iterator[str]:
    names = ", ".join(plain(name) for name in found.dragging)
    rows = found.raters[found.raters.rater.isin(found.dragging)]
    yield f"**Do not train a model yet: retrain {names}.** " + _agreement(found) + (
        f" Without {names} alpha is {number(found.alpha_without_dragging)}: the others read the guideline alike."
    )
    leaning = [lean for lean in map(_lean, rows.itertuples()) if lean]
    start = f" Start with this: {'; '.join(leaning)}." if leaning else ""
    yield (
        "Go through the items that set them apart from the others, and ask for the reasoning before anybody talks "
        f"about performance; sometimes it is the one who differs who read the guideline.{start}"
    )
    theirs = int(rows["items"].sum())
    yield (
        f"Set these {plural(theirs, 'label')} aside, have the items relabeled ({euros(theirs * found.cost)}), and let "
        f"{names} label a sample beside the others before going on."
    )


def _fix(found: Findings) -> Iterator[str]:
    yield "**Do not train yet: fix the guideline.** " + _agreement(found)
    top = found.hot_group
    if top is not None:
        yield about_groups(found) + (
            f" Rewrite what the guideline says about {safe(top.group)}, with its conflicts as the examples. Then take "
            f"the items of that group and {_relabel(found, int(top['items']), top.agreement)}"
        )
    else:
        where = about_groups(found) + " " if found.groups is not None else ""
        yield where + about_labels(found) + (
            " Read conflicts, up to fifty, with Operations and write the rule that settles each. Then take the "
            f"items in conflict and {_relabel(found, found.conflicts, 0.0)}"
        )
    if len(found.ratings.raters) > 2:
        yield about_raters(found)
    yield (
        "Then measure again, on fresh items: those that became examples of the new text would only test memory. "
        f"If alpha is still under {TENTATIVE}, the lowest limit for even tentative conclusions, "
        "people cannot see this category in these items: split it, or ask them something else."
    )
