"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import math

from mlpm.evals.correct import ALONE, BY_VERDICT, FEW, KNOWN, Reading
from mlpm.evals.decision import LEAST, NOT_USABLE, OPEN, USABLE
from mlpm.evals.judged import APART, BY_JUDGE, RANDOM
from mlpm.evals.pairs import Pairs
from mlpm.evals.study import Study
from mlpm.phrases import euros, hundredth, listed, minus, of_100, plain, plural, safe, within
from mlpm.scores import Share, share

HOW = {
    RANDOM: "drawn at random from all of them",
    BY_JUDGE: "drawn at random within the judge's passes and within its fails",
    APART: "a set of its own, not part of the answers asked about",
}


def two(found: Share) -> str:
    """`0.72 (0.58 to 0.86)`."""
    if math.isnan(found.value):
        return "not defined"
    return minus(f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})")


def hours(value: float) -> str:
    return f"{value:.0f} hours" if value >= 9.95 else f"{value:.1f} hours"


# --- The file -----------------------------------------------------------------------------------------------------


def about_file(found: Study) -> str:
    j = found.judged
    passed, __ = j.by_judge
    text = (
        f"{plain(j.name)}: {plural(j.count, 'answer')}. The judge passes {passed:,} of the {found.stream:,} asked "
        "about, "
        f"{hundredth(found.raw.value)} of 100. A person read {found.read:,}, {HOW[j.chosen]}: {sum(found.good):,} good "
        f"and {sum(found.bad):,} bad."
    )
    if found.failures > found.coded > 0:
        text += f" {plural(found.failures - found.coded, 'failure')} without a type stay out of the count by type."
    return " ".join([text, *map(plain, j.notes)])


# --- Agreement ----------------------------------------------------------------------------------------------------


def _seen(found: Study) -> str:
    """What was seen of the judge, in counts that mean what they say in this design."""
    (right, wrong), (missed, caught) = found.within
    if found.judged.chosen == BY_JUDGE:
        return (
            f"Of {right + wrong:,} of its passes that a person read, {right:,} are good; of {missed + caught:,} of its "
            f"fails, {missed:,} are."
        )
    return (
        f"Of the answers that people read, it passes {right:,} of {right + missed:,} good ones and fails {caught:,} of "
        f"{wrong + caught:,} bad ones."
    )


def about_agreement(found: Study) -> str:
    text = f"Judge and person say the same of {found.same:,} of {found.read:,} answers. "
    if not all((sum(found.good), sum(found.bad))):
        kind = "bad" if sum(found.good) else "good"
        return text + (
            f"Nobody called an answer {kind}, so nothing is known of how the judge treats those. **These readings "
            f"cannot say whether the judge may be used**: read on until there are {FEW} {kind} ones."
        )
    text += f"{_seen(found)} "
    if math.isnan(found.kappa.value):
        text += "Kappa is not defined: one of the two gave one verdict only. "
    else:
        text += f"Kappa, what is left of that beyond chance, is {two(found.kappa)} on these rows. "
        if found.judged.chosen != RANDOM and found.rate.possible and not math.isnan(found.kappa_in_stream):
            text += (
                f"That number belongs to this mix of good and bad. With the same two rates it would be "
                f"{found.kappa_in_stream:.2f} among answers as they come. "
            )
    return text + {
        USABLE: "**The judge may be used**: of what separates good from bad it keeps at least half, "
                f"{two(found.power)} (true-positive rate plus true-negative rate minus one).",
        OPEN: f"**These readings cannot say whether the judge may be used**: it keeps {two(found.power)} of what "
              f"separates good from bad (both rates added, minus one), and {LEAST:g} lies within.",
        NOT_USABLE: f"**The judge may not be used**: of what separates good from bad it keeps {two(found.power)} "
                    f"(both rates added, minus one), less than {LEAST:g}.",
    }[found.judge_is]


def about_people(found: Study) -> str:
    """Whether the yardstick holds still."""
    if not found.read_twice:
        return (
            "One person's verdicts are the yardstick here. Have a second person read some of the same answers, blind: "
            "where two people differ, a judge can only side with one of them."
        )
    text = (
        f"Two people read {found.read_twice:,} of them apart, and say the same of {found.people_agree:,}: kappa "
        f"{two(found.kappa_of_people)}. "
    )
    if math.isnan(found.kappa_of_people.value) or math.isnan(found.kappa.value):
        return text.strip()
    if found.kappa_of_people.low <= found.kappa.value <= found.kappa_of_people.high:
        return text + (
            "The judge and the first person agree about as much as the two people do: these readings show no "
            "difference. A clearer rule for what is good comes before a better judge."
        )
    if found.kappa.value < found.kappa_of_people.low:
        return text + "That is more than judge and person: the judge has something left to learn."
    return text + "That is less than judge and person: settle first what is good, and with whom."


# --- Correction ---------------------------------------------------------------------------------------------------


def about_rate(found: Study) -> str:
    rate = found.rate
    if not rate.possible:
        few = min(sum(found.good), sum(found.bad)) < FEW
        why = (
            f"fewer than {FEW} answers of a kind were read" if few
            else "true-positive rate plus true-negative rate minus one, by which it would be divided, may be almost "
                 f"nothing ({two(found.power)})"
        )
        return (
            f"**The judge's {hundredth(found.raw.value)} of 100 cannot be corrected**: {why}. The truth may be any "
            "share."
        )
    text = (
        f"The judge says {within(found.raw)} of 100 good, an interval for a judge that never errs. Corrected for its "
        f"errors it is **{within(rate)}**, of 100. "
    )
    if found.apart:
        text += (
            "The correction takes for granted that the judge treats the answers of the stream as it treats those of "
            "the "
            "set. "
        )
        if rate.outside >= 0.0005:
            text += (
                f"In {_few(rate.outside)} resamples the rate left 0 to 100 and was cut off there. "
            )
        alone = found.same_number_alone
        if alone is not None and alone.high - alone.low < rate.high - rate.low:
            text += (
                f"As many answers, {found.read:,}, read at random from the stream and no judge at all would have told "
                f"{within(alone)}: **narrower than with the judge**. "
            )
    elif found.by_people is not None:
        text += f"The {found.read:,} that were read say {within(found.by_people)} by themselves. "
    return text.strip()


def _few(share: float) -> str:
    return f"{share * 1000:.0f} of 1,000" if share >= 0.0005 else "none of the"


# --- Errors -------------------------------------------------------------------------------------------------------


def about_types(found: Study) -> str:
    if not found.types:
        return (
            "No failure has a type. Write beside each bad answer the first thing that went wrong, then name the piles."
        )
    first = found.types[0]
    rate = found.rate_of(first.name)
    if rate is None:
        text = (
            f"Of {plural(found.coded, 'failure')} in the set, {first.rows:,} are **{plain(first.name)}**, "
            f"{within(first.share)} of 100: that is where a repair brings most. "
        )
    else:
        text = (
            f"**{plain(first.name).capitalize()}** comes first: {within(rate)} of 100 answers, from {first.rows:,} of "
            f"{plural(found.coded, 'failure')} that {'have a type' if found.untyped else 'were read'}. "
        )
        if found.judged.chosen == BY_JUDGE:
            text += (
                "Each counts for as many answers as it stands for: failures that the judge missed are few among those "
                "read, and many in the stream. "
            )
    if len(found.types) > 1 and _overlap(found):
        text += f"Whether it is ahead of {safe(found.types[1].name)}, these readings cannot tell. "
    once = sum(one.rows == 1 for one in found.types)
    text += (
        f"{plural(found.untyped, 'failure')} that were read have none: name them before you count on this order. "
        if found.untyped else
        "Every type was met at least twice: reading on in the same way would seldom show a new one. " if not once else
        f"{once} of them {'was' if once == 1 else 'were'} met once: of the next failures about "
        f"{hundredth(found.unseen_share)} of 100 will be of a type nobody has seen. Read on. "
    )
    blind = found.blind_spot
    if blind is not None:
        rest = sum(one.let_pass for one in found.types) - blind.let_pass
        seen = (
            f"it lets about {hundredth(blind.let_share)} of 100 pass" if found.judged.chosen == BY_JUDGE else
            f"it lets {blind.let_pass:,} of {blind.rows:,} pass, and {rest:,} of the {found.coded - blind.rows:,} "
            "others"
        )
        text += (
            f"**The judge does not see {plain(blind.name)}**: {seen}. Give it a judge, or an assertion in code, of its "
            "own. "
        )
    if len(found.types) > 1 and found.judged.chosen != BY_JUDGE:
        after = found.tnr_without(first.name)
        text += (
            f"Once {safe(first.name)} is repaired, the others remain, and of those the judge catches "
            f"{within(after)} of 100: measure it again then."
        )
    return text.strip()


def _overlap(found: Study) -> bool:
    """Whether chance could put the second type first."""
    one, other = found.types[:2]
    if found.apart:
        return one.share.low < other.share.high
    return found.rate_of(one.name).low < found.rate_of(other.name).high


def about_severe(found: Study) -> str:
    if not found.severe:
        return ""
    limit = f"{100 * found.severe_at_most:g}"
    said = []
    for name, one in found.severe_rates.items():
        if one is None:
            said.append(
                f"How often {safe(name)} happens cannot be said: a set read apart holds as many as were put into it."
            )
        elif one.low > found.severe_at_most:
            said.append(f"{safe(name)} happens in {within(one)} of 100 answers; at most {limit} were agreed on.")
        elif one.high <= found.severe_at_most:
            said.append(f"{safe(name)} happens in {within(one)} of 100 answers, within the {limit} agreed on.")
        else:
            said.append(f"{safe(name)} happens in {within(one)} of 100 answers: whether within {limit}, they cannot "
                        "tell.")
    if found.untyped and not found.apart:
        said.append(f"In the upper end {plural(found.untyped, 'failure')} without a type may each be one of these.")
    return " ".join(said)


def about_slices(found: Study) -> str:
    known = [one for one in found.slices if one.rows]
    if len(known) < 2:
        return "There is nothing to compare by slice."
    worst = known[0]
    passed, rows = (sum(getattr(one, what) for one in known[1:]) for what in ("passed", "rows"))
    text = (
        f"The judge passes fewest in {safe(worst.name)}: {worst.passed:,} of {worst.rows:,}, "
        f"{within(worst.passed_share)} of 100, against {within(share(passed, rows - passed))} elsewhere. "
    )
    looked = "" if len(known) == 2 else f", with all {len(known)} slices looked at"
    if worst.fewer:
        text += (
            f"**That is beyond chance**{looked}: {hundredth(-worst.gap.high)} to {hundredth(-worst.gap.low)} of 100 "
            "fewer. Whether answers are worse there or the judge is stricter, only reading them tells. "
        )
    elif any(one.fewer for one in known):
        sure = listed([safe(one.name) for one in known if one.fewer])
        text += f"That may be chance{looked}; beyond it, the judge passes fewer in {sure}. "
    else:
        text += f"**Whether it is worse than the others, these counts cannot tell**{looked}. "
    return text + (
        "A slice is corrected by the judge's errors in that slice; until enough was read there, its number compares "
        "and does not measure."
    )


# --- Reading on ---------------------------------------------------------------------------------------------------


def road(one: Reading) -> str:
    return {BY_VERDICT: "at random within the judge's passes and fails", ALONE: "at random, no judge"}.get(
        one.road, "known good and known bad")


def about_reading(found: Study) -> str:
    meet = (
        f"To meet an error of {_rare(found.rare)} at least once, in 95 of 100 tries, takes {found.to_meet:,} answers "
        "read "
        "at random."
    )
    if not found.readings:
        return meet
    best = found.shortest
    if best is None:
        return f"No reading gives ± {100 * found.margin:g} of 100: the judged sample itself is too small. {meet}"
    split = f", {best.first:,} of its passes and {best.second:,} of its fails" if best.road == BY_VERDICT else ""
    way = "is the shortest way" if len(found.readings) > 1 else "is the way that is left"
    text = (
        f"For ± {100 * found.margin:g} of 100, reading {road(best)} {way}: {best.count:,} "
        f"answers{split}; {hours(found.hours(best.count))}, {euros(found.cost(best.count))}. {_planned(found, best)}"
    )
    known = found.reading(KNOWN)
    if known and known.second and best is not known:
        bad = 1 - found.rate.value
        among = f"{math.ceil(known.second / bad - 1e-9):,}" if bad > 0.005 else ""
        find = f", and finding the {known.second:,} bad ones among {among} or so" if among else ""
        text += (
            f"A set of known answers would need {known.count:,}{find}: it is there to build a judge, not to measure a "
            "product. "
        )
    return text + meet


def ends(one: Reading) -> str:
    """The range of a plan: `118 to 204`, `118 or more`; nothing where it has none."""
    if one.low is None or one.low == one.high:
        return ""
    return f"{one.low:,} to {one.high:,}" if one.high is not None else f"{one.low:,} or more"


def many(one: Reading) -> str:
    """`153 (118 to 204)`."""
    return f"{one.count:,}" + (f" ({ends(one)})" if ends(one) else "")


def _planned(found: Study, one: Reading) -> str:
    """What a plan owes to the readings that it rests on."""
    if not ends(one):
        return ""
    text = f"That rests on {plural(found.read, 'reading')}: at the rates of 95 of 100 resamples it takes {ends(one)}. "
    return text + ("Keep time for the larger number. " if one.high is not None else "Read half, and plan again. ")


def _rare(rate: float) -> str:
    return of_100(rate) if rate >= 0.01 else f"{rate * 1000:.3g} of 1,000"


# --- Comparisons --------------------------------------------------------------------------------------------------


def about_pairs(pairs: Pairs | None) -> str:
    if pairs is None:
        return "No comparisons of two versions were given."
    text = (
        f"{plain(pairs.name)}: of {plural(pairs.count, 'comparison')}, A wins {pairs.wins:,} in both orders, B "
        f"{pairs.losses:,}, and {pairs.ties:,} count as ties. With ties out, A wins {within(pairs.ties_out)} of 100; "
        f"with a tie as half a win {within(pairs.ties_half)}; as a share of all comparisons {within(pairs.wins_only)}. "
        "Say which one you quote. "
    )
    text += (
        f"The judge changes its verdict with the order in {within(pairs.order)} of 100: {pairs.first:,} go to whatever "
        f"is shown first, {pairs.second:,} to the second, {pairs.half:,} from a winner to a tie. "
    )
    if pairs.order_p_value < 0.05:
        place = "first" if pairs.first > pairs.second else "second"
        text += (
            f"**It prefers the {place} place.** Asked once, with A always first, it would have said "
            f"{hundredth(pairs.asked_once.value)} of 100 for A. "
        )
    return text + {
        "a": "**A is better**, by this judge.", "b": "**B is better**, by this judge.",
        "": "**Which one is better, these comparisons cannot tell.**",
    }[pairs.better]


# --- The memo -----------------------------------------------------------------------------------------------------


def memo(found: Study) -> str:
    required = f"{100 * found.required:g}"
    rate = within(found.rate) if found.rate.possible else "unknown"
    without = "" if found.apart else f" What people read stands without it. {_open(found)}"
    head = {
        "ship": f"**Ship to the next stage.** Of 100 answers {rate} are good; {required} were required.",
        "fix_first": f"**Fix first, do not ship.** {_unfit(found)}",
        "judge_not_usable": "**Put the judge aside.** It does not tell good answers from bad well enough to count "
                            "with: "
                            f"of what separates them it keeps {two(found.power)} (both rates added, minus one)."
                            f"{without}",
        "read_more": f"**Do not decide yet: read more.** {_open(found)}",
    }[found.decision]
    passed = f"The judge passes {found.judged.by_judge[0]:,} of {found.stream:,}. {_seen(found)}"
    parts = [f"{head} {passed}"]
    severe = about_severe(found)
    if severe:
        parts.append(f"**What may not happen.** {severe}")
    if found.types:
        parts.append(f"**What to repair.** {about_types(found)}")
    parts.append(f"**What to read next.** {_next(found)}")
    if found.judge_is != USABLE and found.decision != "judge_not_usable":
        parts.append(f"**The judge.** {about_agreement(found)}")
    if found.pairs is not None:
        parts.append(f"**The two versions.** {about_pairs(found.pairs)}")
    parts.append(
        "**Holds as long as** the prompt, the model and the judge stay the versions they are, and what counts as good "
        "was not redefined while reading. If it was, read the first ones again."
    )
    return "\n\n".join(parts)


def _open(found: Study) -> str:
    """The rate, and what about it is not settled."""
    rate = within(found.rate) if found.rate.possible else "unknown"
    rate = f"**{rate}**" if found.decision == "judge_not_usable" else rate
    text = f"Of 100 answers {rate} are good, {100 * found.required:g} were required, and "
    if found.rate.low < found.required:
        return f"{text}these readings cannot tell."
    return f"{text}whether an error that may not happen is rare enough, these readings cannot tell."


def _unfit(found: Study) -> str:
    if found.rate.high < found.required:
        return (
            f"Of 100 answers {within(found.rate)} are good, and {100 * found.required:g} were required: not even "
            "the "
            "upper end is enough."
        )
    return "An error that may not happen is more frequent than agreed on."


def _next(found: Study) -> str:
    if found.decision == "judge_not_usable":
        alone = found.reading(ALONE)
        number = (
            f"for ± {100 * found.margin:g} of 100 it takes {many(alone)}, those that are read already among them"
            if alone else "a share of 100 readings is known to about ± 10"
        )
        return (
            f"Read answers at random and count; {number}. Rewrite the judge's "
            "prompt on the disagreements, one type of error at a time, and test it on answers it was not written on."
        )
    if found.decision == "read_more":
        return about_reading(found)
    best = found.shortest
    text = "A new prompt, model, policy or judge starts from zero"
    if best is not None:
        text += (
            f": {many(best)} answers {road(best)} for ± {100 * found.margin:g} of 100, "
            f"{hours(found.hours(best.count))}, {euros(found.cost(best.count))}"
        )
    return (
        f"{text}. An error of {_rare(found.rare)} takes {found.to_meet:,} answers to turn up at least once in 95 of "
        "100 "
        "tries."
    )
