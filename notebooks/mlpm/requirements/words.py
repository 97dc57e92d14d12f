"""The findings in sentences, true for whatever the inputs are, and the memo."""

from mlpm.phrases import listed, of_100, plain, plural
from mlpm.proportions import Acceptance
from mlpm.requirements.study import Study

SAYS = {"holds": "holds the line", "misses": "misses the line", "open": "cannot tell"}


def per_100(share: float) -> str:
    """`90 of 100`, `99.5 of 100`."""
    return f"{100 * share:.3g} of 100"


def about_verdict(study: Study) -> str:
    """What the test shows."""
    seen, least = study.right / study.judged, study.test.least
    text = (
        f"{study.right:,d} of {study.judged:,d} are right, {seen:.1%}. By its interval the truth is between "
        f"{study.low:.1%} and {study.high:.1%}. "
    )
    text += {
        "holds": f"The lower end reaches the line of {per_100(study.line)}: **it holds**.",
        "misses": f"Even the upper end is below the line of {per_100(study.line)}: **it misses**.",
        "open": f"The line of {per_100(study.line)} lies between: **this test cannot tell**.",
    }[study.verdict]
    if least is None:
        return f"{text} With {study.judged:,d} items not even all of them right would show it."
    text += f" It takes {least:,d} of {study.judged:,d}"
    quarter = Acceptance(study.line, max(study.judged // 4, 1))
    if study.verdict == "holds" and not quarter.passes(round(seen * quarter.trials)):
        text += f"; the same share on {quarter.trials:,d} items, {round(seen * quarter.trials)} right, would not do"
    return f"{text}."


def about_floor(study: Study) -> str:
    """Whether the line was met by saying little."""
    if not study.floor:
        return "No floor was given: whoever says so about ten safe cases, and about nothing else, meets the line."
    met = "met" if study.spoken >= study.floor else "**missed**: whoever says less is right more often"
    return f"It says so in {per_100(study.spoken)} cases. The floor of {per_100(study.floor)} is {met}."


def about_use(study: Study) -> str:
    """What the line means to one user."""
    at = study.use().set_index("share")
    return (
        f"Somebody who relies on it {plural(study.messages, 'time')} meets at least one wrong one in "
        f"{of_100(at.meets[study.today])} cases at today's {per_100(study.today)}, and in "
        f"{of_100(at.meets[study.line])} at the line. Whether that is good enough depends on what a wrong one costs "
        "them. What a line costs *you* is in the last column: the items it takes to show it."
    )


def about_gate(study: Study) -> str:
    """Both errors of the gate."""
    on, good, bad = (100 * study.test.chance(share) for share in (study.line, study.hoped, study.sorry))
    text = (
        f"Of 100 models that are exactly on the line, {on:.0f} pass. "
        f"Of 100 that are truly at {per_100(study.sorry)}, which you would be sorry to launch, {_few(bad)}. "
        f"Of 100 that are truly at {per_100(study.hoped)}, {good:.0f} pass and **{100 - good:.0f} fail** though they "
        "are good."
    )
    seen = study.right / study.judged
    if study.line < seen < study.hoped and study.test.chance(seen) < study.chance:
        text += (
            f" If the truth is what was seen, {seen:.1%}, only {100 * study.test.chance(seen):.0f} of 100 pass: "
            "whoever is a little above the line is sent home by chance."
        )
    return text


def _few(count: float) -> str:
    return "fewer than 1 passes" if count < 0.5 else f"{count:.0f} pass"


def about_items(study: Study) -> str:
    """How many items."""
    found = study.items()
    if study.needed is None:
        return f"No number of items up to a million shows {per_100(study.hoped)} to be above {per_100(study.line)}."
    text = (
        f"A model as good as hoped, {per_100(study.hoped)}, needs {study.needed:,d} items to pass "
        f"{of_100(study.chance)} times."
    )
    near = found.iloc[0]
    if near.truth < study.hoped:
        text += (
            f" One at {per_100(near.truth)} needs {near['items']:,.0f}: close to the line you pay for proof. Ask the "
            "data scientist what the model is truly likely to reach before you fix the number of items."
        )
    return text


def about_slices(study: Study) -> str:
    """What the slices show, and what they cannot."""
    found = study.by_slice()
    if found.empty:
        return "No slices were given. An average that holds may rest on one group of users and fail another."
    by = {name: found.loc[found.verdict == name, "slice"].map(plain).tolist() for name in SAYS}
    parts = [
        f"{listed(by[name])} {verb}" for name, verb in (
            ("holds", f"{'hold' if len(by['holds']) > 1 else 'holds'} by {_itself(by['holds'])}"),
            ("misses", f"**{'miss' if len(by['misses']) > 1 else 'misses'} the line**"),
            ("open", "cannot be told"),
        ) if by[name]
    ]
    text = "; ".join(parts)
    text = text[0].upper() + text[1:] + ". "
    never = found[found.least.isna()]
    if len(never):
        text += (
            f"With {listed([f'{n:,d}' for n in sorted(set(never.judged))])} items a slice could not pass even with all "
            "of them right. "
        )
    never_all = study.all_pass < 0.005
    text += f"If every slice were truly at {per_100(study.hoped)}, " + (
        "all of them together would practically never pass" if never_all
        else f"all would pass in {of_100(study.all_pass)} tests"
    )
    if study.each_slice:
        text += (
            f"; for that to be {of_100(study.chance)}, each of the {len(found)} needs {study.each_slice:,d} items, "
            f"{len(found) * study.each_slice:,d} in all"
        )
    return (
        f"{text}. So ask less of a slice: that it is *not shown to miss*. If all are truly at {per_100(study.hoped)}, "
        f"one is accused in {of_100(study.any_alarm(study.hoped))} tests; if all are exactly on the line, in "
        f"{of_100(study.any_alarm(study.line))}. The price: a slice truly at {per_100(study.bad_slice)} is caught in "
        f"{_range(found.caught.min(), found.caught.max())} tests, depending on its size."
    )


def _itself(names: list[str]) -> str:
    return "themselves" if len(names) > 1 else "itself"


def _range(low: float, high: float) -> str:
    return of_100(low) if round(100 * low) == round(100 * high) else f"{100 * low:.0f} to {100 * high:.0f} of 100"


def about_months(study: Study) -> str:
    """How the line holds after launch."""
    return (
        f"Repeat the launch test on {study.monthly:,d} items a month, and a model that is truly at "
        f"{per_100(study.hoped)} fails it at least once in {plural(study.months, 'month')} in "
        f"{of_100(study.fails_once)} cases, with nothing wrong. So turn the burden of proof around: after launch, stop "
        f"when the *upper* end falls below the line, at {_most(study)} right or fewer. That is a false alarm in "
        f"{of_100(study.false_alarm(study.hoped))} such spans, in {of_100(study.false_alarm(study.line))} if the model "
        f"has no margin and is exactly on the line; a fall to {per_100(study.fallen)} is shown within a month in "
        f"{of_100(study.noticed(1))} cases, within two in {of_100(study.noticed(2))}."
    )


def _most(study: Study) -> str:
    most = study.check.most_below
    return "no" if most is None else f"{most:,d} of {study.monthly:,d}"


def memo(study: Study, claim: str) -> str:
    """The decision, and the rules that go with it."""
    claim = plain(claim)
    missing = listed([plain(name) for name in study.missing])
    seen = f"{study.right:,d} of {study.judged:,d} are right; the truth is {study.low:.1%} to {study.high:.1%}"
    if study.decision == "accept":
        first = f"**Accept *{claim}*.** {seen}, and no slice is shown to miss."
    elif study.decision == "accept_except":
        judged, right = study.rest
        test = Acceptance(study.line, judged)
        first = (
            f"**Accept *{claim}*, but not for {missing}.** {seen}. Without {missing} it is {right:,d} of {judged:,d}, "
            f"at least {test.lower(right):.1%}; that was seen afterwards, so judge it again before you promise it."
        )
    elif study.decision == "silent":
        first = f"**Do not accept *{claim}*: it is said too seldom.** {seen}, but {about_floor(study)}"
    elif study.decision == "more":
        first = (
            f"**Do not decide on *{claim}* yet.** {seen}, with the line of {per_100(study.line)} inside. "
            + (
                f"If the truth is what was seen, it takes {study.again:,d} new items to pass in {of_100(study.chance)} "
                "tests. Judge them once; a third try is how luck gets in."
                if study.again else "What was seen is no better than the line: work on the model, not on the test."
            )
        )
    else:
        first = f"**Do not accept *{claim}*.** {seen}, below the line of {per_100(study.line)}."
    lines = [first]
    if study.floor and study.decision != "silent":
        lines.append(about_floor(study))
    if study.decision != "accept_except" and missing != "nothing":
        lines.append(f"**Shown to miss:** {missing}.")
    lines.append(
        f"**The test we agreed on:** lower end of Wilson's 95% interval at {per_100(study.line)} or more"
        + (f", {study.test.least:,d} of {study.judged:,d}. " if study.test.least else ". ")
        + f"It sends home {100 - 100 * study.test.chance(study.hoped):.0f} of 100 models that are truly at "
        f"{per_100(study.hoped)}. Nobody moves the line, the items or the slices after the result."
    )
    lines.append(
        f"**After launch:** {study.monthly:,d} items a month. At {_most(study)} right or fewer the claim comes down "
        "the same day; between that and passing, the owner looks at errors and nobody retrains in haste."
    )
    return "\n\n".join(lines)
