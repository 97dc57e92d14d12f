"""Whom to contact, or what to find out first."""

from mlpm.targeting.terms import Amount

DECISIONS = ("contact_top", "contact_groups", "contact_everybody", "do_not_contact", "run_a_pilot")


def decide(
    *, piloted: bool, balanced: bool, highest: float, net: Amount | None, chosen: str,
) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    piloted: a pilot with two arms ran; balanced: its arms lie evenly over the groups; highest: euros a month at the
    upper end of everything that is open, for the best choice there could be; net: euros a month of what would be
    contacted now, None for nobody; chosen: that is `top`, `groups` or `everybody`.

    1. the arms of the pilot lie unevenly over the groups                         → run_a_pilot
    2. even at the upper end nothing is left, whoever is contacted                → do_not_contact
    3. the lower end of the net is above zero                                     → contact_…
    4. a pilot ran and leaves it open, or the share saved is an assumption
       and the sign of the net hangs on it                                        → run_a_pilot
    """
    if piloted and not balanced:
        return "run_a_pilot", "uneven"
    if highest <= 0:
        return "do_not_contact", "measured" if piloted else "range"
    if net is not None and net.low > 0:
        return f"contact_{chosen}", "measured" if piloted else "range"
    return "run_a_pilot", "open" if piloted else "assumed"
