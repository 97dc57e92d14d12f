"""The charts of the stopping notebook; all three are computed in the page from their sliders."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.phrases import euros, of_100, plural
from mlpm.stopping.bet import Bet, Trial
from mlpm.stopping.course import Course

HEIGHT = 270
EURO = "(abs({0}) < 0.5 ? '€0' : ({0} < 0 ? '−€' : '€') + format(abs({0}), ',.0f'))"


def _money(expression: str) -> str:
    """A Vega expression that writes an amount as the sentences do."""
    return EURO.format(f"({expression})")


def _zero() -> alt.Chart:
    return alt.Chart(pd.DataFrame({"euros": [0.0]})).mark_rule(color=charts.INK, strokeWidth=1.5).encode(y="euros:Q")


def _says(text: str, y: float, **options) -> alt.Chart:
    return alt.Chart(alt.Data(values=[{}])).transform_calculate(says=text).mark_text(
        align="left", fontWeight="bold", **options
    ).encode(text="says:N", x=alt.value(4), y=alt.value(y))


def going_on_figure(bet: Bet, spent: float) -> alt.TopLevelMixin:
    """Worth of going on by the chance of success; one slider, what was spent, moves nothing."""
    sliders = [
        charts.slider("spent", "Spent so far, euros", spent, 0, 2 * max(spent, 50_000), 5_000),
        charts.slider("togo", "Still to be spent, euros", bet.to_go, 0, 2 * max(bet.to_go, 50_000), 5_000),
        charts.slider("value", "Worth if it works, euros", bet.value, 10_000, 2 * max(bet.value, 100_000), 10_000),
        charts.slider("chance", "Chance that it works, of 100", round(100 * bet.chance, 6), 0, 100, 1),
    ]
    x = alt.X("of:Q", title="Chance that it works, of 100", scale=alt.Scale(domain=[0, 100]))
    y = alt.Y("euros:Q", title="Worth of going on, euros", axis=alt.Axis(format="~s"))
    line = alt.Chart(alt.sequence(0, 101, 5, as_="of")).transform_calculate(euros="datum.of / 100 * value - togo")
    here = alt.Chart(alt.Data(values=[{}])).transform_calculate(of="chance", euros="chance / 100 * value - togo")
    edge = alt.Chart(alt.Data(values=[{}])).transform_calculate(
        of="min(100, 100 * togo / value)", euros="0",
        says="togo > value ? 'no chance is enough' : 'from ' + format(100 * togo / value, '.0f') + ' of 100 on'",
    )
    worth = "chance / 100 * value - togo"
    total = (
        f"format(chance / 100, '.2f') + ' × ' + {_money('value')} + ' − ' + {_money('togo')} + ' = ' + {_money(worth)}"
        f" + ({worth} > 0 ? ': go on' : ': stop')"
    )
    return charts.figure(
        alt.layer(
            _zero(),
            line.mark_line().encode(x=x, y=y),
            here.mark_point(size=130, color=charts.SECOND).encode(x=x, y=y),
            edge.mark_point(size=90, color=charts.INK).encode(x=x, y=y),
            edge.mark_text(align="left", dx=8, dy=14).encode(x=x, y=y, text="says:N"),
            _says(total, 14),
            _says(f"'spent: ' + {_money('spent')} + ', in no sum'", 34, color=charts.MUTED),
        ).add_params(*sliders).properties(width="container", height=HEIGHT),
        "worth-of-going-on",
        f"{_going_on_point(bet)} The line is the worth of going on by the chance that it works. Sliders move what is "
        "to go, the value and the chance; the slider for what was spent moves nothing.",
    )


def _going_on_point(bet: Bet) -> str:
    pays = f"pays from {of_100(bet.break_even)} on" if bet.break_even <= 1 else "pays at no chance"
    return f"With a chance of {of_100(bet.chance)} going on is worth {euros(bet.worth)}; it {pays}."


def trial_figure(bet: Bet, trial: Trial) -> alt.TopLevelMixin:
    """Worth of one more test by the chance before it, against its cost; it peaks at the break-even chance."""
    sliders = [
        charts.slider("holds", "Test says yes if it works, of 100", round(100 * trial.yes_if_holds, 6), 0, 100, 5),
        charts.slider("fails", "Test says yes if not, of 100", round(100 * trial.yes_if_not, 6), 0, 100, 5),
        charts.slider("cost", "Cost of the test, euros", trial.cost, 0, 2 * max(trial.cost, 10_000), 500),
        charts.slider("before", "Chance before the test, of 100", round(100 * bet.chance, 6), 0, 100, 1),
    ]

    def informed(p):
        value, togo = f"{bet.value:.9g}", f"{bet.to_go:.9g}"
        yes = f"max(0, holds / 100 * {p} * {value} - (holds / 100 * {p} + fails / 100 * (1 - {p})) * {togo})"
        no = (
            f"max(0, (1 - holds / 100) * {p} * {value} - ((1 - holds / 100) * {p} + (1 - fails / 100) * (1 - {p})) "
            f"* {togo})"
        )
        return f"({yes} + {no} - max(0, {p} * {value} - {togo}))"

    x = alt.X("of:Q", title="Chance that it works, before the test, of 100", scale=alt.Scale(domain=[0, 100]))
    y = alt.Y("euros:Q", title="Worth of the answer, euros", axis=alt.Axis(format="~s"))
    line = alt.Chart(alt.sequence(0, 101, 1, as_="of")).transform_calculate(euros=informed("(datum.of / 100)"))
    here = alt.Chart(alt.Data(values=[{}])).transform_calculate(of="before", euros=informed("(before / 100)"))
    price = alt.Chart(alt.Data(values=[{}])).transform_calculate(euros="cost", says=f"'costs ' + {_money('cost')}")
    now = informed("(before / 100)")
    return charts.figure(
        alt.layer(
            line.mark_line().encode(x=x, y=y),
            price.mark_rule(color=charts.SECOND, strokeDash=[5, 3]).encode(y=y),
            price.mark_text(align="right", dy=-8, color=charts.SECOND, fontWeight="bold").encode(
                y=y, x=alt.value({"expr": "width - 4"}), text="says:N"
            ),
            here.mark_point(size=130, color=charts.SECOND).encode(x=x, y=y),
            _says(
                f"'worth ' + {_money(now)} + ({now} > cost ? ': run it first' : ': not worth running')", 12,
            ).encode(x=alt.value({"expr": "max(4, width - 220)"})),
        ).add_params(*sliders).properties(width="container", height=HEIGHT),
        "worth-of-one-more-test",
        f"{_trial_point(bet, trial)} Worth of one more test by the chance before it: highest at the break-even chance "
        f"of {of_100(min(1, bet.break_even))}, nothing where the answer would change nothing. Sliders move the test.",
    )


def _trial_point(bet: Bet, trial: Trial) -> str:
    worth, cost = euros(bet.test_worth(trial)), euros(trial.cost)
    against = "just what" if worth == cost else "more than" if bet.test_worth(trial) > trial.cost else "less than"
    price = "it costs" if worth == cost else f"the {cost} it costs"
    return f"With a chance of {of_100(bet.chance)} the test is worth {worth}, {against} {price}."


def date_figure(course: Course, explained: float) -> alt.TopLevelMixin:
    """Euros a project by the month it is stopped without a success; the best date, and where feel ends."""
    most = course.longest
    sliders = [
        charts.slider("start", "Can work at all, of 100 projects", round(100 * course.start, 6), 5, 95, 1),
        charts.slider("monthly", "Succeeds in a month if it can, of 100", round(100 * course.monthly, 6), 2, 80, 1),
        charts.slider("month", "A month costs, euros", course.month, 1_000, 3 * course.month, 1_000),
        charts.slider("away", "Of each bad month, explained away, of 100", round(100 * explained, 6), 0, 100, 5),
    ]
    value = f"{course.value:.9g}"
    stay = "(1 - monthly / 100)"
    bar = f"(month / (monthly / 100 * {value}))"
    level = f"(log({bar} / (1 - {bar}) / (start / (100 - start))) / log({stay}))"
    date = f"({bar} >= 1 ? 0 : min({most}, max(0, ceil({level} - 1e-9))))"
    slow = f"min({most}, max(0, ceil({level} / (1 - away / 100) - 1e-9)))"
    feel = f"({bar} >= 1 ? 0 : (away >= 100 ? ({level} <= 0 ? 0 : {most}) : {slow}))"

    def worth(months):
        done = f"(1 - pow({stay}, {months}))"
        return (
            f"(start / 100 * {done} * {value} - month * (start / 100 * {done} / (monthly / 100) "
            f"+ (1 - start / 100) * {months}))"
        )

    x = alt.X("months:Q", title="Months allowed without a success", scale=alt.Scale(domain=[0, most]))
    y = alt.Y("euros:Q", title="Euros a project, on average", axis=alt.Axis(format="~s"))
    line = alt.Chart(alt.sequence(0, most + 1, 1, as_="months")).transform_calculate(euros=worth("datum.months"))
    rule = alt.Chart(alt.Data(values=[{}])).transform_calculate(months=date, euros=worth(date))
    late = alt.Chart(alt.Data(values=[{}])).transform_calculate(months=feel, euros=worth(feel))
    told = "month ' + {} + ', ' + {} + ' a project'"
    return charts.figure(
        alt.layer(
            _zero(),
            line.mark_line().encode(x=x, y=y),
            rule.mark_point(size=130, color=charts.GOOD).encode(x=x, y=y),
            late.mark_point(size=130, color=charts.SECOND).encode(x=x, y=y),
            _says(f"'date: {told.format(date, _money(worth(date)))}", HEIGHT - 34, color=charts.GOOD),
            _says(f"'feel: {told.format(feel, _money(worth(feel)))}", HEIGHT - 14, color=charts.SECOND),
        ).add_params(*sliders).properties(width="container", height=HEIGHT),
        "stop-date",
        f"{_date_point(course, explained)} The line is euros a project by the months it is given without a success. "
        "Sliders move the chances, the cost and what is explained away.",
    )


def _date_point(course: Course, explained: float) -> str:
    """What the date brings, and what is left of it when bad months are explained away."""
    first, last = course.date(), course.date(explained)
    text = f"Given {plural(first, 'month')} a project brings {euros(float(course.worth(first)))}"
    if first == last:
        return f"{text}, and explaining away {of_100(explained)} of bad months changes nothing."
    away = f"with {of_100(explained)} of each bad month explained away"
    return f"{text}; {away} it gets {last} and brings {euros(float(course.worth(last)))}."
