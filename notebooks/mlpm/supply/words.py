"""The findings in sentences, true for whatever the inputs are, and the memo: a plan of sources."""

from mlpm import InputError, checks
from mlpm.phrases import euros, listed, of_100, plain
from mlpm.supply import reporters, sample
from mlpm.supply.plan import Plan

# A date in a narrow table stays on one line.
NON_BREAKING_HYPHEN = "\N{NON-BREAKING HYPHEN}"


def rough(value: float) -> str:
    """A sum of guesses, with as many digits as it deserves: 49,300."""
    return whole(float(f"{value:.3g}"))


def whole(value: float) -> str:
    """A count a day: 245, 8.6, 0.4; never none where there is one."""
    if 0 < value < 0.05:
        return "fewer than 0.1"
    return f"{value:,.0f}" if value >= 9.95 or value == 0 else f"{value:.1f}"


def times(value: float) -> str:
    """A factor: 2.9, 10, 1,200."""
    return f"{value:,.1f}" if value < 9.95 else f"{value:,.0f}"


def about_funnel(plan: Plan) -> str:
    """What comes out, and when the target is met."""
    likely, early, late = plan.days
    _, reports, valid, usable = plan.stages["a_day"]
    text = (
        f"{whole(plan.funnel.views)} views a day become {whole(reports)} reports, {whole(valid)} valid ones and "
        f"**{whole(usable)} usable examples**. At that pace {plan.target:,.0f} take **{likely:,.0f} days**"
    )
    if round(early) == round(late):
        return f"{text}."
    return (
        f"{text}; in 80 of 100 futures, {early:,.0f} to {late:,.0f}. The ranges of the stages multiply as well, so the "
        "result is less certain than any stage."
    )


def about_stages(plan: Plan) -> str:
    """Which stage to improve: not the lowest one."""
    stages = plan.sensitivity
    least, most = stages.loc[stages["room"].idxmin()], stages.loc[stages["room"].idxmax()]
    return (
        f"A tenth more in any stage brings {stages['tenth'].iloc[0]:.3g} examples a day more: a product does not "
        "care which of its factors grows. So the lowest share is not the one to repair first. What differs is the "
        f"room (*{least.stage}* can multiply the result by at most {times(least.room)}, *{most.stage}* by "
        f"{times(most.room)}) and the price."
    )


def about_measures(plan: Plan) -> str:
    """The best use of a person-week, and what brings nothing."""
    table = plan.measures
    best = table.iloc[0]
    if best.gain <= 0:
        return "No change on this list brings more examples."
    text = (
        f"*{plain(best.measure)}* is the best use of a person-week: {whole(best.a_week)} examples a day more for each."
    )
    idle = [f"*{plain(row.measure)}*" for row in table.itertuples() if abs(row.gain) < 0.005 * plan.funnel.usable]
    if idle:
        text += (
            f" {listed(idle)} {'bring' if len(idle) > 1 else 'brings'} none: what one stage wins, another loses. Such "
            "a change may still save labels; that is another reason, with another number."
        )
    return text


def about_existing(plan: Plan) -> str:
    """What exists: no channel finds more."""
    in_time = plan.existing * plan.horizon
    text = (
        f"Of {whole(plan.items)} items a day, {whole(plan.existing)} are {plain(plan.what)}. Reports find "
        f"{of_100(plan.recall)}. A net that missed nothing would take **{plan.perfect_days:,.0f} days** for "
        f"{plan.target:,.0f}"
    )
    if in_time < plan.target:
        return (
            f"{text}: in {plan.horizon:g} days only {whole(in_time)} come into being. No button meets this target. Ask "
            "what the number is for, or look into the past."
        )
    return f"{text}; in {plan.horizon:g} days {whole(in_time)} come into being."


def about_sample(plan: Plan, half_width: float, recall_half_width: float) -> str:
    """How large a random sample has to be, and what a week of it says. The widths are in points: 0.5, 10."""
    enough = sample.size(plan.prevalence, half_width / 100)
    positives = sample.size(plan.recall, recall_half_width / 100)
    week = plan.random_week
    found = round(week * plan.prevalence)
    low, high = sample.interval(found, round(week))
    return (
        f"A share of {plan.prevalence:.1%}, known to ± {half_width:g} points, takes {enough:,d} random items. To know "
        f"how many reports find, here {of_100(plan.recall)}, to ± {recall_half_width:g} points takes {positives} "
        f"{plain(plan.what)}; they are in {positives / plan.prevalence:,.0f} random items. Labeling "
        f"{100 * plan.random_share:g} of 100 items is {whole(week)} a week with about {found} {plain(plan.what)}, "
        f"which puts their share at {low:.1%} to {high:.1%} after one week."
    )


def about_two_lists(plan: Plan, second: float, both: float) -> str:
    """The tempting estimate from two lists, beside the one from the sample."""
    first = plan.funnel.usable
    total = sample.lincoln_petersen(first, second, both)
    text = (
        f"Reports find {whole(first)} a day, the other list {whole(second)}, and {whole(both)} are on both. If being "
        f"on one said nothing about the other, there would be {whole(total)} in all, and reports would find "
        f"{of_100(min(first / total, 1))}. The random sample says {whole(plan.existing)} in all, and "
        f"{of_100(plan.recall)}."
    )
    if total < 0.95 * plan.existing:
        return f"{text} The two lists catch the same kind of case: their overlap is too large, the total too small."
    if total > 1.05 * plan.existing:
        return f"{text} The two lists look in different places: their overlap is too small, the total too large."
    return f"{text} Here the two agree, which nothing in the two lists could have told you."


def about_groups(plan: Plan) -> str:
    """Whose cases are found, and what weighting costs."""
    table = plan.reporters
    most, least = table.loc[table["found"].idxmax()], table.loc[table["found"].idxmin()]
    if most["found"] - least["found"] < 1e-9:
        return "All groups are reported alike, so the examples have the true mix."
    return (
        f"Of 100 {plain(plan.what)} *{plain(most.group)}* reports find {100 * most.found:.0f}, of 100 "
        f"*{plain(least.group)}* {100 * least.found:.0f}. So *{plain(most.group)}* makes up {of_100(most.reported)} "
        f"training examples but {of_100(most.true)} in truth; *{plain(least.group)}*, {of_100(least.reported)} but "
        f"{of_100(least.true)}. Weights repair the mix and pay in precision: 1,000 reported examples are worth "
        f"{1000 * plan.kept:,.0f} drawn at random (Kish's effective size), so {whole(plan.funnel.usable)} a day count "
        f"as {whole(plan.kept * plan.funnel.usable)}."
    )


def about_top_up(plan: Plan, reports: float = 1000) -> str:
    """What it takes to have the true mix without weights, and what a random sample adds."""
    add = reporters.to_balance(plan.true_mix, plan.reporters["reported"], reports)
    parts = [
        f"{whole(count)} *{plain(name)}*"
        for name, count in zip(plan.reporters["group"], add, strict=True) if count > 0.5
    ]
    if not parts:
        return "Nothing has to be added: the mix is the true one."
    random = reports / 4
    mixed = reporters.after_random(plan.true_mix, plan.reporters["reported"], reports, random)
    return (
        f"To have the true mix without weights, add to every {reports:,.0f} reported examples {listed(parts)}. Or add "
        f"from a random sample: {whole(random)} examples of it ({random / plan.prevalence:,.0f} items to label) lift "
        f"the worth of {reports:,.0f} reports from {whole(reports * plan.kept)} to {whole(mixed)}. That is more than "
        "their own number, because they are thick where reports are thin."
    )


def about_test(plan: Plan, finds: tuple[float, ...]) -> str:
    """What a model looks like on reported examples, and what it is. finds: the share it finds in each group."""
    looks, true = tested(plan, finds)
    if abs(looks - true) < 0.005:
        return "Tested on reported examples, such a model looks as good as it is."
    said = listed([
        f"{of_100(share)} *{plain(name)}*" for name, share in zip(plan.groups, finds, strict=True)
    ])
    return (
        f"Suppose the next model finds {said}. Tested on reported examples it seems to find **{of_100(looks)}**; of "
        f"all {plain(plan.what)} it finds **{of_100(true)}**. A test set of reports cannot show the difference."
    )


def tested(plan: Plan, finds: tuple[float, ...]) -> tuple[float, float]:
    """The share a model finds of reported examples, and of all. Raises InputError."""
    if len(finds) != len(plan.groups):
        raise InputError(f"Parameter finds has {len(finds)} values. Give one for each of {len(plan.groups)} groups.")
    for share in finds:
        checks.share("finds", share)
    found = plan.reporters.assign(finds=finds)
    return float(found["reported"] @ found["finds"]), float(found["true"] @ found["finds"])


def about_silence(plan: Plan, views: tuple[int, int] = (3, 1000)) -> str:
    """What "nobody reported it" is worth."""
    few, many = (sample.after_silence(plan.prevalence, plan.report_chance, seen) for seen in views)
    return (
        f"Of 1,000 views of {plain(plan.what)}, {1000 * plan.report_chance:.1f} bring a valid report. After {views[0]} "
        f"silent views an item's chance to be one of them has gone from {plan.prevalence:.2%} to {few:.2%}; after "
        f"{views[1]:,d}, to {many:.2%}. *Not reported* means *fine* only where many have looked, and only for groups "
        "whose cases people report."
    )


def about_sources(plan: Plan) -> str:
    """What the plan brings together."""
    flow, (total, cost) = plan.flow, plan.in_horizon
    text = f"Once all have started, they bring {whole(flow.independent)} examples a day"
    if round(flow.least) < round(flow.most):
        text += (
            f" if they find items independently of each other ({whole(flow.least)} if all find the same, "
            f"{whole(flow.most)} if never)"
        )
    return (
        f"{text}, for {euros(plan.cost)} of labeling. After {plan.horizon:g} days that is {rough(total.independent)} "
        f"for €{rough(cost)}."
    )


def memo(plan: Plan) -> str:
    """The data sourcing plan for a stakeholder."""
    what = plain(plan.what)
    likely, best, (total, cost) = plan.days[0], plan.measures.iloc[0], plan.in_horizon
    if plan.existing * plan.horizon < plan.target:
        head = (
            f"**Not {plan.target:,.0f} {what} in {plan.horizon:g} days, from any button.** In that time "
            f"{whole(plan.existing * plan.horizon)} come into being. Reports find {of_100(plan.recall)} and would take "
            f"{likely:,.0f} days."
        )
    elif likely > plan.horizon:
        head = (
            f"**Reports alone are too slow.** {plan.target:,.0f} {what} take {likely:,.0f} days; you want them in "
            f"{plan.horizon:g}."
        )
    else:
        head = (
            f"**Reports are enough in number, not in mix.** {plan.target:,.0f} {what} take {likely:,.0f} of "
            f"{plan.horizon:g} days."
        )
    lines = [
        head,
        f"**What we promise:** {rough(total.least)} usable examples in {plan.horizon:g} days, for €{rough(cost)} of "
        f"labeling. It is {rough(total.independent)} if the sources find items independently of each other, and "
        f"{rough(total.most)} if never the same; sources that find the loud cases do neither.",
    ]
    if best.gain > 0:
        lines.append(
            f"**What we build first:** {plain(best.measure)}; {best.weeks:g} person-weeks, {whole(best.gain)} "
            "examples a day more."
        )
    rows = ["| source | starts | items a day | examples a day | one example |", "|---|---|---:|---:|---:|"]
    notes = []
    for source in sorted(plan.sources, key=lambda source: (source.first_day, -source.positives)):
        one, about = source.cost_per_positive, source.about
        day = source.starts.replace("-", NON_BREAKING_HYPHEN)
        price = "–" if one is None else "already paid" if one == 0 else euros(one)
        rows.append(
            f"| {about.title} | {day} | {whole(source.items)} | {whole(source.positives)} | {price} |"
        )
        notes.append(f"- *{about.title}*: {about.skew}. Settle first: {about.purpose}.")
    lines += ["\n".join(rows), "\n".join(notes)]
    least = plan.reporters.loc[plan.reporters["found"].idxmin()]
    lines.append(
        f"**Whom reports leave out:** of 100 {what} *{plain(least.group)}* they find {100 * least.found:.0f}. Every "
        "example carries its source and a weight. Every number about the product comes from the random sample alone."
    )
    lines.append(
        "**We stop a source** when its share of usable examples stays under half of what this plan assumes for two "
        "weeks, or when a tenth of its items come from accounts that act together."
    )
    return "\n\n".join(lines)
