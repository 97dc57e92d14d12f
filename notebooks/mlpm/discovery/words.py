"""The findings in sentences, true for whatever the inputs are, and the memo."""

from mlpm.discovery.study import Study
from mlpm.discovery.talks import Talks
from mlpm.phrases import listed, of_100, plain, plural, safe


def times(value: float) -> str:
    """`7.8 times`, `12 times`."""
    return f"{value:.0f} times" if value >= 9.95 else f"{value:.1f} times"


def between(low: float, high: float) -> str:
    """`41 to 93 of 100`."""
    return f"{100 * low:.0f} to {100 * high:.0f} of 100"


def raised(talks: Talks) -> str:
    """`0 of 8`, or `none of 8`."""
    return f"{talks.raised or 'none'} of {talks.asked}"


def about_silence(study: Study, pain: str) -> str:
    """What the talks about the idea's pain leave possible."""
    talks = study.solution
    low, _ = talks.interval
    text = (
        f"{raised(talks).capitalize()} people raised {safe(pain)}. If they are like a random draw of your users, up to "
        f"**{of_100(talks.largest)}** may still have it on their mind"
    )
    text += f", and at least {of_100(low)} do." if low >= 0.005 else "."
    return (
        f"{text} A pain that 10 of 100 users have stays unheard in {of_100(talks.unheard(0.1))} rounds of "
        f"{plural(talks.asked, 'interview')}; one that half of them have, in {of_100(talks.unheard(0.5))}."
    )


def about_rounds(study: Study) -> str:
    """What more interviews would settle."""
    talks, needed = study.solution, study.silent_in_all
    if talks.interval[0] >= study.line:
        return (
            f"At least {of_100(study.line)} users have it: {raised(talks)} is enough to say so. More interviews should "
            "ask what happened and why, not how many."
        )
    if needed is None:
        return (
            f"Fewer than {of_100(study.line)} users have it: {raised(talks)} is few enough to say so. More "
            "interviews about it would change nothing."
        )
    after = study.rounds().set_index("asked").loc[needed]
    more = needed - talks.asked
    return (
        f"To say that fewer than {of_100(study.line)} users have it takes {needed} interviews of which no more raise "
        f"it: {more} more, {plural(round(study.weeks + 0.49), 'week')} at {study.a_week} a week. To say that enough "
        f"have it takes {after.build} of {needed}. Anything between leaves you where you are. Interviews settle by "
        "counting only what is nearly everybody's or nearly nobody's; for the rest, count in the log."
    )


def about_what_if(study: Study, other: str) -> str:
    """How far both pains lean on who came and what they said."""
    cases = study.what_if().set_index("what")["largest"]
    text = (
        f"The {of_100(study.solution.largest)} rest on two assumptions. If both are off as in the table, it is "
        f"{of_100(cases['both'])}. No number of interviews repairs that: more of the same people say more of the same."
    )
    if study.grudge is None:
        return text
    return text + (
        f" {safe(other)} leans on the same two: if those who have it come {times(study.grudge)} as often as "
        f"the others, its low end falls to {of_100(study.line)}."
    )


def about_counts(study: Study, pain: str) -> str:
    """Talk against counts."""
    silence, other = study.silence, study.other
    low, high = other.interval
    fits = [m for m in range(1, 9) if low <= silence.meets(m) <= high]
    text = (
        f"{raised(other).capitalize()} people told of {safe(pain)}: {between(low, high)} users. In the log "
        f"{of_100(silence.unanswered)} messages stay unanswered. These are not two estimates of one number: a person "
        "writes several messages, and tells of the worst. "
    )
    text += (
        f"If silence strikes at random, that many buyers meet at least one when they write {_range(fits)}: talk and "
        "count can both be right. " if fits else
        "No number of messages up to eight makes the two agree: somebody is not in the log, or not in the room. "
    )
    chance = silence.nobody(silence.messages)
    text += (
        f"Of buyers who wrote {silence.messages}, {of_100(chance)} would hear from nobody by chance. In the log it is "
        f"{silence.silent:,d} of {silence.wrote:,d}, {of_100(silence.counted)}"
    )
    if silence.clusters:
        return text + (
            f": **{times(silence.times)} as often**. Silence is not spread evenly. It sits with certain sellers or "
            "listings, and those can be found."
        )
    return text + ": no more often than chance. There is no corner of the product to look into first."


def _range(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return plural(numbers[0], "message")
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]} messages"
    return f"{listed([str(n) for n in numbers])} messages"


def memo(study: Study, idea: str, pain: str, other: str) -> str:
    """The decision, and what would change it."""
    talks, idea = study.solution, plain(idea)
    first = {
        "switch": f"**Put *{idea}* away as a solution; work on {safe(other)}.**",
        "go_on": f"**Go on with {safe(pain)}, and look for more than one solution.**",
        "drop": f"**Drop *{idea}*.** Look for another pain before another solution.",
        "ask": f"**Do not decide on *{idea}* yet, and do not build it.**",
    }[study.decision]
    low, high = study.other.interval
    lines = [
        f"{first} {raised(talks).capitalize()} people, asked about the last time, raised {safe(pain)}; "
        f"{raised(study.other)} told of {safe(other)} ({between(low, high)} users). Our line is "
        f"{of_100(study.line)}."
    ]
    silence = study.silence
    lines.append(
        f"**The log:** {of_100(silence.unanswered)} messages stay unanswered. "
        + (f"People who wrote {silence.messages} and heard from nobody are {times(silence.times)} as many as chance "
           "would have it, so look at whom they wrote to first." if silence.clusters else
           "Who hears from nobody is no more than chance.")
    )
    needed = study.silent_in_all
    if study.decision != "go_on":
        more = plural((needed or talks.asked) - talks.asked, "more interview")
        rule_out = f" If it is to be ruled out, {more} without it would do."
        lines.append(
            f"**What we do not know:** up to {of_100(talks.largest)} users may still have {safe(pain)} on their mind."
            f"{rule_out if needed else ''}"
        )
    lines.append(
        "**What would change this:** the people we spoke to were not like the others, or they were led. Both are "
        "written on each snapshot; read them before you argue with the numbers."
    )
    return "\n\n".join(lines)
