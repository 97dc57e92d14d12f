"""The findings in sentences, and the memo."""

import math

import pandas as pd

from mlpm.phrases import euros, of_100
from mlpm.stopping.bet import Bet, Trial
from mlpm.stopping.course import Course


def about_sum(bet: Bet, spent: float) -> str:
    """The sum, and what is not in it."""
    if bet.break_even > 1:
        needs = "No chance would be enough: what is to go is more than success brings."
    else:
        needs = f"Going on is worth it from a chance of {of_100(bet.break_even)}."
    return (
        f"{bet.chance:.2f} × {euros(bet.value)} − {euros(bet.to_go)} = **{euros(bet.worth)}**. {needs} The "
        f"{euros(spent)} that were spent are in neither sum: they are the same whatever is decided."
    )


def about_last(done: int, tried: int, needed: int, low: float, high: float) -> str:
    """Whether the last try missed the state by more than chance; low, high: the interval of the share, 0 to 1."""
    state = needed / tried
    verdict = (
        "the state is missed by more than chance" if high < state
        else "the state is reached" if low >= state
        else "the try was too small to tell"
    )
    return (
        f"Last try: {done} of {tried}, {100 * low:.0f} to {100 * high:.0f} of 100 at 95%; the state asks for "
        f"{100 * state:.0f}: {verdict}."
    )


def voices(bet: Bet, guesses: dict[str, float]) -> pd.DataFrame:
    """The same sum by each person's chance. Columns: who, chance, worth, says."""
    rows = []
    for who, chance in guesses.items():
        one = Bet(bet.to_go, chance, bet.value)
        rows.append({"who": who, "chance": chance, "worth": one.worth, "says": "go on" if one.worth > 0 else "stop"})
    return pd.DataFrame(rows)


def about_voices(table: pd.DataFrame, bet: Bet) -> str:
    if table["says"].nunique() == 1:
        return f"All say {table['says'].iloc[0]}. Between them they argue about a number that decides nothing."
    return (
        f"They differ on one number, and {of_100(bet.break_even)} lies between them. So the question is whose "
        f"chances have "
        "come true before; ask somebody who has not worked on it, in writing, before telling the others' guess."
    )


def about_test(bet: Bet, trials: dict[str, Trial]) -> str:
    """What one more test is worth, each in a line."""
    lines = []
    for name, trial in trials.items():
        worth = bet.test_worth(trial)
        after = bet.after_yes(trial)
        never = math.isnan(after)
        seen = "it never says yes" if never else f"a yes would lift {of_100(bet.chance)} to {of_100(after)}"
        verdict = "run it before you stop" if worth > trial.cost else "it does not pay for itself"
        lines.append(f"- **{name}**: {seen}; worth {euros(worth)}, costs {euros(trial.cost)}: {verdict}.")
    return "\n".join(lines)


def about_date(course: Course, explained: float) -> str:
    """The date to stop, and the one that feel arrives at."""
    date, late = course.date(), course.date(explained)
    if not date:
        return (
            f"Do not begin: a first month costs {euros(course.month)} and is expected to bring "
            f"{euros(course.start * course.monthly * course.value)}."
        )
    paid = f"{euros(date * course.month)} at most"
    feel = (
        f"Whoever explains away {of_100(explained)} of each bad month goes on until month {late}."
        if late > date
        else "Explaining away as much as assumed here changes nothing."
    )
    return (
        f"After {date} months without a success the chance has fallen from {of_100(course.start)} to "
        f"{of_100(float(course.belief(date)))}, under the {of_100(course.enough)} at which a month is worth its "
        f"cost. Rule: "
        f"**no success by the end of month {date}, stop**; {paid}. {feel}"
    )


def rough(amount: float, error: float) -> float:
    """An amount to the place at which its error begins: 11,751 ± 1,255 is 12,000. error: twice a standard error."""
    place = 10 ** math.floor(math.log10(error)) if error > 0 else 0
    return round(amount / place) * place if place else amount


def ways(table: pd.DataFrame) -> pd.DataFrame:
    """The ways to decide as a table of the page: shares of 100, euros no more exact than the simulation."""
    net = [euros(rough(row.net, 2 * row.error)) for row in table.itertuples()]
    return table[["way", "months"]].assign(succeed=100 * table["succeed"], given_up=100 * table["given_up"], net=net)


def savings(table: pd.DataFrame) -> dict[str, float]:
    """What the date saves and what the others lose, in euros a project, no more exact than the simulation."""
    rule, tilted, calm, feel = (row for row in table.itertuples())
    luck = 2 * feel.more_error
    return {
        "saves": -rough(feel.more, luck), "saves_error": rough(luck, luck), "rule_lost": rough(rule.lost, luck),
        "feel_lost": rough(feel.lost, luck), "hopeful_loss": -rough(tilted.more, 2 * tilted.more_error),
        "calm_loss": -rough(calm.more, 2 * calm.more_error),
    }


def about_many(table: pd.DataFrame, projects: int) -> str:
    """Rule against feel, with what the rule gives up."""
    rule, tilted, calm, feel = (row for row in table.itertuples())
    known = savings(table)
    more, error, lost, kept = (euros(abs(known[one])) for one in ("saves", "saves_error", "feel_lost", "rule_lost"))
    luck = f"(± {error} by the luck of so many draws; the guesses they start from may leave more)"
    if abs(feel.more) <= 2 * feel.more_error:
        verdict = f"Over {projects:,} projects feel and date cannot be told apart."
    elif feel.more < 0:
        verdict = (
            f"A date saves about {more} a project {luck} over deciding by feel: feel puts {lost} a project into what "
            f"could not work, the date {kept}."
        )
    else:
        verdict = f"By feel is better here, by about {more} a project {luck}."
    return (
        f"{verdict} The date is not free of errors: of 100 projects it gives up {100 * rule.given_up:.0f} that "
        f"would have "
        f"worked, feel {100 * feel.given_up:.0f}. A date set by somebody too hopeful "
        f"{_beside(tilted)}; feel without explaining away {_beside(calm)}."
    )


def _beside(way) -> str:
    if abs(way.more) < 0.5:
        return "is as good"
    if abs(way.more) <= 2 * way.more_error:
        return "is as good, as far as these draws can tell"
    amount = euros(rough(abs(way.more), 2 * way.more_error))
    return f"loses about {amount} beside it" if way.more < 0 else f"brings about {amount} more"


def about_maybe(weeks: float, drag: float, week: float) -> str:
    return (
        f"A maybe of {weeks:g} weeks that keeps {drag:g} person-weeks a week busy costs "
        f"**{euros(weeks * drag * week)}**, and "
        "whoever asked has planned with it meanwhile. A no on the first day costs a conversation."
    )


def memo(bet: Bet, trial: Trial, spent: float, week: float) -> str:
    """The decision with its reason, its price and its condition for coming back."""
    decision = bet.decide(trial)
    if decision == "stop":
        head = "**Stop.**"
        reason = (
            f"What is still to be spent, {euros(bet.to_go)}, needs a chance of {of_100(bet.break_even)}; we believe "
            f"{of_100(bet.chance)}. Going on would lose {euros(-bet.worth)} on average. One more test would be worth "
            f"{euros(bet.test_worth(trial))} and costs {euros(trial.cost)}."
        )
        then = (
            f"**Freed:** {euros(bet.to_go)}, {bet.to_go / week:.0f} person-weeks. **Back on the table** if the "
            f"chance is "
            f"above {of_100(bet.break_even)} on new evidence, or what is to go falls below "
            f"{euros(bet.chance * bet.value)}."
        )
    elif decision == "test_first":
        head = "**Test first; then go on or stop.**"
        reason = (
            f"One more test costs {euros(trial.cost)} and is worth {euros(bet.test_worth(trial))}: a yes lifts "
            f"the chance "
            f"from {of_100(bet.chance)} to {of_100(bet.after_yes(trial))}; going on needs {of_100(bet.break_even)}."
        )
        then = "**A no ends it,** on the day of the result, without another meeting."
    else:
        head = "**Go on.**"
        reason = (
            f"What is still to be spent, {euros(bet.to_go)}, needs a chance of {of_100(bet.break_even)}; we believe "
            f"{of_100(bet.chance)}. Going on brings {euros(bet.worth)} on average."
        )
        then = "**Stop rule:** write a state and a date today, while nobody has to lose by it."
    return (
        f"{head} {reason}\n\n{then}\n\nThe {euros(spent)} spent so far are no reason in either direction. The "
        f"chance is a "
        "guess: it was asked of people who have not worked on this."
    )
