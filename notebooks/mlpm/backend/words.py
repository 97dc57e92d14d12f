"""What the notebook says after each result, and the memo: sentences that hold for any input."""

from mlpm.backend.page import Page
from mlpm.backend.split import Split
from mlpm.phrases import euros, of_100, plural
from mlpm.reliability import Latency, amplified, copies, downtime, in_series, meets_tail, quantile_needed


def share(value: float) -> str:
    """Availability as it is spoken of, with the digits that matter: 99.9%, 99.6006%."""
    return f"{100 * value:.6g}%"


def hours(value: float) -> str:
    """`2.9 hours`, `43 minutes`, `26 seconds`."""
    if value >= 1:
        return f"{value:.1f} hours"
    return f"{60 * value:.0f} minutes" if value >= 1 / 60 else f"{3600 * value:.0f} seconds"


def about_series(available: float, services: int, soft: int, number: int, shared: float) -> str:
    """Services in a row, with fallbacks, and copies that share some of their failures."""
    whole = in_series(*[available] * services)
    rest = in_series(*[available] * (services - soft)) if services > soft else 1.0
    alone, together = copies(available, number), copies(available, number, shared)
    return (
        f"{plural(services, 'service')} at {share(available)}, failing independently, are all up {share(whole)} of the "
        f"time: {hours(downtime(whole))} down in 30 days, against {hours(downtime(available))} of one. If {soft} of "
        "them "
        f"{'has' if soft == 1 else 'have'} a fallback that users hardly notice, {hours(downtime(rest))} are left. "
        f"{plural(number, 'copy', 'copies')} of one service would be down {hours(downtime(alone))} if they failed "
        f"independently; if {of_100(shared)} failures take all copies down at once, as a bad release does, "
        f"{hours(downtime(together))}."
    )


def about_tail(slow: float, calls: int) -> str:
    """Calls side by side, and what one call would need."""
    return (
        f"{of_100(1 - slow)} calls are quick. A page that makes {calls} side by side waits for a slow one in "
        f"{of_100(meets_tail(slow, calls))} cases. For 1 of 100 pages each call would have to be quick in "
        f"{100 * quantile_needed(0.99, calls):.5g} of 100. Where one cause slows all calls at once, fewer pages are "
        "hit, "
        "and each by more."
    )


def about_models(page: Page, fast: Latency, gain: float, slow: Latency, slow_gain: float) -> str:
    """Two models: what they bring, what waiting takes away."""
    nets = page.net(fast, gain), page.net(slow, slow_gain)
    text = (
        f"The quick model takes {fast.mean:.0f} ms on average ({fast.median:.0f} at the median, {fast.p99:.0f} at p99) "
        f"and would bring {euros(gain)} a month; waiting costs {euros(page.waiting(fast))} of it. The larger one takes "
        f"{slow.mean:.0f} ms, would bring {euros(slow_gain)}, and waiting costs {euros(page.waiting(slow))}. "
    )
    more = nets[1] - nets[0]
    return text + (
        f"Of {euros(slow_gain - gain)} between them {euros(more)} a month {'is' if more >= 0 else 'are'} left."
    )


def about_limit(page: Page, latency: Latency, gain: float, default: float) -> str:
    """The shortest limit that keeps the gain, and what a hanging model does without it."""
    limit = page.limit(latency, gain)
    if limit is None:
        return "At no limit does the model bring more than its waiting costs: take the rule."
    text = (
        f"A limit of {limit:.0f} ms keeps 99 of 100 euros; {of_100(latency.slower(limit))} users get the rule's order. "
        f"If the model hangs, calls that wait {default / 1000:g} seconds hold {page.held(default):,.0f} workers at the "
        "peak. "
    )
    full = page.full_after(default)
    text += (
        f"There are {page.workers}"
        + (
            f", and none is left after {full:.0f} seconds: the whole site is down, for a list in another order. "
            if full is not None else ", so the page survives. "
        )
    )
    return text + f"With the limit {page.held(limit):,.1f} are held."


def about_retries(tries: int, layers: int) -> str:
    """Retries in every layer against retries in one."""
    return (
        f"{plural(layers, 'layer')} that each try {plural(tries, 'time')} send {amplified(tries, layers):,.0f} calls "
        "to a "
        f"service that is down, for one user; tried again in one layer only, {tries}. When half of the calls fail, "
        "it is "
        f"{amplified(tries, layers, 0.5):.1f}."
    )


def about_events(contacts: float, duplicates: float) -> str:
    """What at-least-once delivery does to labels."""
    return (
        f"Of {contacts:,.0f} contacts a month {contacts * duplicates:,.0f} arrive twice. Counted by lines of the log "
        "they "
        f"are {contacts * (1 + duplicates):,.0f}; counted by the event's own number, {contacts:,.0f}. Slow moments "
        "repeat "
        "more, so the extra lines lean towards busy hours, and so does a model that is trained on them."
    )


def about_split(split: Split) -> str:
    """One program against services, each with its price."""
    return (
        f"**One program:** a page is down {hours(split.down_whole)} in 30 days, "
        f"{plural(split.rotation, 'person', 'people')} "
        f"on call in turn. A release of {plural(split.train, 'change')} at once has to be repaired in "
        f"{of_100(split.held_up)} cases; if each change goes out alone, each is, in {of_100(split.change_fails)}.\n\n"
        f"**{plural(split.services, 'service')}:** a page that needs {split.on_path} is down "
        f"{hours(split.down_split)}, "
        f"{plural(split.people_split, 'person', 'people')} on call, if each of {plural(split.teams, 'team')} carries "
        "its "
        f"own. Upkeep costs {euros(abs(split.premium))} a year {'more' if split.premium >= 0 else 'less'}. For that "
        "each "
        "team releases without asking: it pays once the waiting of teams for each other costs more."
    )


def memo(
    page: Page, fast: Latency, gain: float, slow: Latency, slow_gain: float, default: float, available: float,
    services: int, soft: int, tries: int, layers: int, split: Split,
) -> str:
    """What to ask for in the design review, with its number."""
    whole = in_series(*[available] * services)
    rest = in_series(*[available] * (services - soft)) if services > soft else 1.0
    limit, full = page.limit(fast, gain), page.full_after(default)
    lines = [
        f"**The page must live without {'its model' if soft == 1 else f'{soft} of its {services} services'}.** With a "
        f"fallback it is down {hours(downtime(rest))} in 30 days instead of {hours(downtime(whole))}."
    ]
    if limit is None:
        lines.append("**Do not call this model from the page.** Waiting costs more than it brings, at any limit.")
    else:
        lines.append(
            f"**Hang up after {limit:.0f} ms, then the rule's order.** "
            + (
                f"Without a limit of its own a model that hangs takes the site down in {full:.0f} seconds at the peak."
                if full is not None else "At the peak enough workers are left even if it hangs."
            )
        )
    lines.append(
        f"**Try again in one place only:** {tries} calls for one user instead of {amplified(tries, layers):,.0f} "
        "when it is "
        "down. What writes carries a key, so that trying again does it once."
    )
    more = page.net(slow, slow_gain) - page.net(fast, gain)
    lines.append(
        f"**The larger model is worth {euros(more)} a month more,** waiting deducted, not "
        f"{euros(slow_gain - gain)}. Its servers are still to be paid."
    )
    lines.append(
        f"**Do not split for the model's sake.** {plural(split.services, 'service')} cost {euros(split.premium)} a "
        "year "
        f"more in upkeep and {plural(split.people_split - split.rotation, 'person', 'people')} more on call; let each "
        "change go out alone first."
        if split.premium > 0 else "**Splitting costs no more upkeep here:** decide by who waits for whom."
    )
    return "\n\n".join(lines)
