"""What the notebook says after each result, and the memo: sentences that hold for any input."""

import numpy as np
import pandas as pd

from mlpm.phrases import euros, listed, of_100, plain, plural
from mlpm.redteam.campaign import Campaign
from mlpm.redteam.layers import Layers
from mlpm.redteam.learner import Lock
from mlpm.redteam.loss import Exposure


def open_share(share: float) -> str:
    """A bound: one decimal below ten of 100."""
    return f"{100 * share:.1f} of 100" if share < 0.0995 else f"{100 * share:.0f} of 100"


def _silence(campaign: Campaign) -> str:
    if not campaign.hits:
        return f"None of {plural(campaign.tried, 'attempt')} succeeded"
    return f"{campaign.hits} of {plural(campaign.tried, 'attempt')} succeeded"


def about_campaign(campaign: Campaign, share: float) -> str:
    """The pooled bound, the weakest class, all classes at once, what is missing, what a success says."""
    weak, classes = campaign.weakest, len(campaign.classes)
    text = (
        f"{_silence(campaign)}: at most {open_share(campaign.pooled)} attacks would, **if they come in the mix in "
        "which these were made**. "
    )
    if classes > 1:
        text += (
            f"Whoever attacks chooses the class. Least is known of *{plain(weak.name)}*: "
            f"{plural(weak.tried, 'attempt')}, up to {open_share(campaign.alone(weak))} open, and "
            f"{open_share(campaign.at_once(weak))} if the bounds of all {classes} classes are to hold at once. "
        )
    missing = campaign.missing(share)
    if campaign.ideas < campaign.tried and not campaign.hits:
        text += (
            f"The attempts are variants of {plural(campaign.ideas, 'idea')}. Variants of one idea tend to fail "
            f"together; if they always did, {plural(campaign.ideas, 'attempt')} would be left, and up to "
            f"{open_share(campaign.by_ideas)} ideas open. "
        )
    text += f"\n\nBelow {100 * share:.3g} of 100 takes {campaign.needed(share)} silent attempts in a class"
    if classes > 1:
        text += (
            f", {campaign.needed(share, at_once=True)} if each class is to be reported whatever the others show. "
            f"If you wrote down before that one success anywhere keeps the gate shut, {campaign.needed(share)} are "
            "enough for each"
        )
    if missing:
        text += ". Still missing: " + listed([f"{count} of *{plain(name)}*" for name, count in missing.items()])
    text += "."
    if campaign.hits:
        text += (
            f"\n\n**{plural(campaign.hits, 'success', 'successes')} is a way in, not a rate.** The same attempt will "
            "work again tomorrow. After the repair the version is new and the count begins at zero."
        )
    return text


def about_learner(lock: Lock, leak: float, tries: int, found: np.ndarray, drawn: np.ndarray) -> str:
    """The first of each kind in the simulation, the shares in it, and the exact ones."""
    median = lock.median(leak)
    half = f"half are in by try {median:,}" if median else "half are in after very many tries"

    def told(first: int) -> str:
        return f"gets in at try {first}" if first else f"is not in after {tries} tries"

    return (
        f"The first of those who draw {told(int(drawn[0]))}. The first of those who learn {told(int(found[0]))}. Of "
        f"{len(found):,} each, {int((drawn > 0).sum()):,} who draw and {int((found > 0).sum()):,} who learn got in "
        f"within {tries} tries; computed exactly it is {of_100(lock.drawn(tries))} and "
        f"{of_100(lock.learned(leak, tries)[-1])}. Of those who learn, {half}.\n\n"
        f"Of attacks drawn at random {1e6 * lock.share:,.0f} in a million get through, so a bound from silent "
        "attempts is **right and beside the point**: it is about the attacks that were drawn, and this person does "
        "not draw."
    )


def about_layers(layers: Layers) -> str:
    """What the second filter stops of everything, and of what it is there for."""
    low, high = layers.interval
    ends = "That is hardly chance" if layers.by_chance < 0.05 else "So few could still be chance"
    if layers.both <= layers.apart:
        shared = "No shared hole shows here; few attempts past the first filter can hide one."
    else:
        shared = (
            f"{ends}: filters that failed apart would let so many or more past both in {of_100(layers.by_chance)} "
            "tests."
        )
    return (
        f"The second filter stops {of_100(1 - layers.passes)} attempts, but {of_100(1 - layers.passes_too)} of those "
        f"that get past the first ({100 * (1 - high):.0f} to {100 * (1 - low):.0f}). If the two failed apart, "
        f"{layers.apart:.1f} of {layers.tried:,} would get past both; {layers.both} did. {shared} The second divides "
        f"what gets through by {_factor(layers)}, where failing apart would divide it by {1 / layers.passes:.0f}. "
        "What stands behind both must not read text."
    )


def _factor(layers: Layers) -> str:
    return f"{1 / layers.passes_too:.1f}" if layers.both else "more than can be counted here"


def about_loss(campaign: Campaign, exposure: Exposure, bearable: float) -> str:
    """Strays by the bound, learners by the cap."""
    return (
        f"**Strays.** {exposure.strays:,.0f} attempts a year like these, at the bound: at most "
        f"{euros(exposure.stray(campaign.pooled))}.\n\n"
        f"**Those who learn.** {exposure.learners:g} a year, {plural(exposure.unseen, 'try', 'tries')} each before "
        f"anybody looks: {of_100(exposure.way_in)} get in. One way in costs at most {euros(exposure.gone)}, "
        f"{'within' if exposure.gone <= bearable else '**more than**'} the {euros(bearable)} that can be borne; a year "
        f"of them {euros(exposure.learned)} on average. How many there are is a guess. What one can take is not: code "
        "holds it."
    )


def best_lever(exposure: Exposure) -> str:
    levers = exposure.levers()
    return min(levers, key=lambda name: levers[name].learned)


def lever_table(exposure: Exposure) -> pd.DataFrame:
    """As it is, and each lever halved by itself: chance to get in unseen, one way in, a year of them."""
    ways = {"nothing": exposure, **exposure.levers()}
    return pd.DataFrame([
        {"lever": name, "way_in": one.way_in, "gone": one.gone, "learned": one.learned} for name, one in ways.items()
    ])


def about_levers(exposure: Exposure) -> str:
    """Which half saves most, and why not by the same means."""
    best = best_lever(exposure)
    after = exposure.levers()[best]
    text = f"Most is saved by halving **{best}**: {euros(exposure.learned)} becomes {euros(after.learned)} a year. "
    if after.gone < exposure.gone:
        return text + "It lowers what one way in costs, and needs no opinion about attackers."
    return text + (
        "It lowers how many get in, and that rests on the model of an attacker. The cap, the limit and the hours halve "
        f"{euros(exposure.gone)} whoever attacks."
    )


def _persuaded(campaign: Campaign, layers: Layers) -> str:
    count = plural(layers.both, "attempt")
    if not layers.both:
        return "**Nothing got past both filters**, so whatever stands behind them has not been tried. Try it by itself."
    if campaign.hits:
        return f"**{count} got past both filters.** Ask of each what stood behind them, and whether it reads text."
    return (
        f"**{count} got past both filters and reached nothing.** What stopped those stands behind the filters. Find "
        "out what it is, and that code holds it: a third filter would read the same text."
    )


def memo(campaign: Campaign, share: float, layers: Layers, exposure: Exposure, bearable: float) -> str:
    """What may be said, what is missing, what holds without any count, and what to do next."""
    missing = campaign.missing(share)
    if campaign.hits:
        first = (
            f"**Do not open.** {_silence(campaign)}. Repair, add the attempt to what runs on every release, and count "
            "anew on the new version."
        )
    else:
        first = (
            f"**Say this, and no more.** On this version none of {plural(campaign.tried, 'attempt')} in "
            f"{plural(len(campaign.classes), 'class', 'classes')} reached the harm. At most "
            f"{open_share(campaign.pooled)} attacks like these would, in this mix; up to "
            f"{open_share(campaign.alone(campaign.weakest))} in the class tried least; up to "
            f"{open_share(campaign.by_ideas)} ideas, if the variants of one stand and fall together."
        )
    if missing:
        total = sum(missing.values())
        text = f"{plural(total, 'attempt')} in {plural(len(missing), 'class', 'classes')}"
        first += f" For {100 * share:.3g} of 100 in each class, {text} are missing."
    lever = best_lever(exposure)
    borne = "which can be borne" if exposure.gone <= bearable else (
        f"more than the {euros(bearable)} that can be borne. Lower it first"
    )
    return "\n\n".join([
        first,
        _persuaded(campaign, layers),
        f"**An attacker who learns is not in the bound.** With {exposure.unseen} tries unseen, "
        f"{of_100(exposure.way_in)} of them get in by this model. What bounds the damage is {euros(exposure.cap)} × "
        f"{exposure.limit:g} an hour × {exposure.notice:g} hours = {euros(exposure.gone)}, "
        f"{borne}.",
        f"**Next lever: {lever}.** Halved, those who learn cost {euros(exposure.levers()[lever].learned)} a year on "
        f"average in place of {euros(exposure.learned)}.",
        "**Not tested:** whatever is in no class. Name it here before somebody asks.",
    ])
