"""All options of one case: do nothing, the rule, and what may come on top of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mlpm import InputError, checks
from mlpm.fit.chance import Belief
from mlpm.fit.options import Option, Setting

# nothing: neither the rule nor what comes on top pays. rule: the rule pays, nothing on top does. find_out: knowing the
# gain first is worth more than it costs. build: something on top pays, and finding out first is not worth it.
DECISIONS = ("nothing", "rule", "find_out", "build")


@dataclass(frozen=True)
class Study:
    """The rule, whose gain is over doing nothing, and the options over the rule. test: euros to find out a gain."""

    rule: Option
    options: Sequence[Option]
    test: float = 0.0

    def __post_init__(self) -> None:
        if not self.options:
            raise InputError("No option but the rule was given. Give at least one to compare it with.")
        checks.number("test", self.test, 0, meaning="euros, 0 or more")

    @property
    def setting(self) -> Setting:
        return self.rule.setting

    @property
    def first(self) -> Belief:
        """What is believed of the rule."""
        return Belief(self.rule)

    @property
    def beliefs(self) -> list[Belief]:
        """What is believed of the options over the rule, in the order given."""
        return [Belief(option) for option in self.options]

    @property
    def best(self) -> Belief:
        """The option over the rule that is worth most: as it stands, or if its gain could be known first."""
        return max(self.beliefs, key=lambda one: (max(one.with_switch, one.informed - self.test), one.expected))

    @property
    def decision(self) -> str:
        """One of DECISIONS."""
        best = self.best
        build, find_out = best.with_switch, best.informed - self.test
        base = max(0.0, self.first.expected)
        # What comes on top needs the rule below it, also where the rule alone does not pay.
        top = self.first.expected + max(build, find_out)
        if top <= base or max(build, find_out) <= 0:
            return "rule" if self.first.expected > 0 else "nothing"
        return "find_out" if find_out > build else "build"

    def table(self) -> pd.DataFrame:
        """One row an option: euros to build, months until live, running costs a month, bars, chances, euros expected.

        keeps, pays: gains that pay for running, and for building too. better, keeping, paying: chances of a gain above
        0 and above each bar. expected: if kept whatever it brings; with_switch: if switched off where it does not pay.
        """
        rows = []
        for one in [self.first, *self.beliefs]:
            option = one.option
            rows.append({
                "option": option.name, "over": option.baseline, "built": option.built, "months": option.months,
                "running": option.running, "mean": one.mean, "keeps": option.keeps, "pays": option.pays,
                "better": one.above(0), "keeping": one.above(option.keeps), "paying": one.above(option.pays),
                "expected": one.expected, "with_switch": one.with_switch, "knowing": one.knowing,
            })
        return pd.DataFrame(rows)

    def needs(self) -> pd.DataFrame:
        """What would have to be true for an option to pay at its mean gain, one input at a time: option, input, now,
        needed. None: no value of this input does it."""
        rows = []
        for one in self.beliefs:
            option, mean = one.option, one.mean
            pairs = [
                ("gain", mean, option.pays),
                ("decisions a month", self.setting.volume, option.volume_needed(mean)),
                ("euros at stake in one", self.setting.stake, option.stake_needed(mean)),
                ("person-weeks to build", option.build, option.build_allowed(mean)),
                ("months until it has paid back", self.setting.months, option.months_needed(mean)),
            ]
            if option.price:
                pairs.append(("euros a call", option.price, option.price_allowed(mean)))
            rows += [(option.name, name, now, need) for name, now, need in pairs]
        # As objects, so that a missing value stays None.
        return pd.DataFrame(rows, columns=["option", "input", "now", "needed"], dtype=object)
