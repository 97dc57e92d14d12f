"""Everything the notebook shows about one file of scores and one harm table, computed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mlpm import InputError, checks, tables
from mlpm.phrases import listed
from mlpm.proportions import Interval
from mlpm.scores import Calibration, Scores, calibrate, predict
from mlpm.treatment import follow_up, people
from mlpm.treatment.bands import Band, Room, Unused, bands, room, unused
from mlpm.treatment.decision import decide, items_to_tell
from mlpm.treatment.harms import SIDES, Action, read_harms
from mlpm.treatment.policies import Day, Limit, Plan, by_number, harm, plan, price, strictest, volumes

DRAWS = 1000
MEANINGS = ("raw", "probability")


@dataclass(frozen=True)
class Policy:
    """A policy to compare with: the plan, its harm a day and the saving of ours over it, as a share of its harm."""

    plan: Plan
    harm: Interval
    saving: Interval

    @property
    def name(self) -> str:
        names = self.plan.names
        return f"{names[0]} everything" if len(names) == 1 else listed(names).replace(" and ", " or ")


@dataclass(frozen=True)
class Findings:
    """scores are those of the stream (its base rate); p, in calibration, the probability of each bin there."""

    scores: Scores
    calibration: Calibration
    items_per_day: float
    is_probability: bool
    worthwhile: float
    actions: list[Action]
    bands: list[Band]
    unused: list[Unused]
    rooms: list[Room]
    limit: Limit | None
    day: Day
    free: Plan  # every action, without a limit
    full: Plan  # every action, with the limit, if there is one
    plan: Plan  # the policy of the memo: `full`, or one cut where that is enough
    price: float | None  # of one decent item, as the limit sets it
    volumes: pd.DataFrame  # of the plan, and so is all that follows from volumes
    ranges: pd.DataFrame  # like volumes: action and, for items, violating, decent, their intervals
    numbers_of_actions: list[Plan]
    policies: list[Policy]
    best_cut: Policy | None  # the best single cut; None if one action for everything is as good
    face: pd.DataFrame | None  # volumes with the same cuts on the score as it stands; None where it is no probability
    hit_names: tuple[str, ...]
    hit: pd.DataFrame
    otherwise: pd.DataFrame  # groups for which the score means something else
    queue: pd.DataFrame
    review_minutes: float
    minutes_per_day: float
    hourly_cost: float
    appeals: pd.DataFrame
    decision: str
    rule: str

    @property
    def violating(self) -> str:
        """The word for a violating item: the reader's label, if it is one."""
        name = self.scores.positive
        return "violating" if name.lower() in (*tables.TRUE, "positive", "y", "t") else name

    @property
    def first(self) -> Action:
        """What happens to an item nobody acts on."""
        return self.actions[0]

    def policy(self, *names: str) -> Policy | None:
        """The policy with these actions, if it is among those compared."""
        return next((one for one in self.policies if one.plan.names == names), None)

    @property
    def raw_cuts(self) -> list[float | None]:
        """The plan's cuts as scores of the file; None where no score reaches one."""
        return [self.calibration.raw_cut(float(cut)) for cut in self.plan.cuts]

    @property
    def notices(self) -> float:
        """Items a day whose authors have something to be told: all but those with the first action."""
        return float(self.volumes["items"][self.volumes.action != self.first.name].sum())

    @property
    def queue_hours(self) -> float:
        return float(self.queue.hours.sum())

    @property
    def band_table(self) -> pd.DataFrame:
        """One row an action, used ones first: action, decent, violating, from_p, fraction, from_score."""
        exact, full = {band.name: band.low for band in self.bands}, self.full
        cuts, rows = dict(zip(full.names, [0.0, *full.cuts], strict=True)), []
        for action in [*full.actions, *(action for action in self.actions if action.name not in full.names)]:
            cut = cuts.get(action.name)
            exactly = exact.get(action.name)
            moved = cut is not None and (exactly is None or abs(float(exactly) - cut) > 1e-12)
            told = "–" if cut is None else "limit" if moved else str(exactly)
            raw = self.calibration.raw_cut(cut) if cut else None
            rows.append((action.name, float(action.decent), float(action.violating), cut, told, raw))
        columns = ["action", "decent", "violating", "from_p", "fraction", "from_score"]
        return pd.DataFrame(rows, columns=columns).astype({"from_p": float, "from_score": float})

    @property
    def policy_table(self) -> pd.DataFrame:
        """The policy of the memo, one row an action: from_p, from_score, items, violating, decent a day."""
        table = self.volumes
        return pd.DataFrame({
            "action": table.action, "from_p": table.low, "from_score": [None, *self.raw_cuts], "items": table["items"],
            "violating": table.violating, "decent": table.decent,
        }).astype({"from_score": float})

    @property
    def room_table(self) -> pd.DataFrame:
        """One row a weight: action, side, value, low, high and what is used beyond each end."""
        return pd.DataFrame([
            (one.action.name, one.side, float(one.value), None if one.low is None else float(one.low),
             None if one.high is None else float(one.high), self._change(one.after_low), self._change(one.after_high))
            for one in self.rooms
        ], columns=["action", "side", "value", "low", "high", "below", "above"]).astype({"low": float, "high": float})

    def _change(self, after: tuple[str, ...]) -> str:
        """What leaves and what comes in when other actions are used."""
        now = [band.name for band in self.bands]
        if not after:
            return ""
        parts = [f"{name} goes" for name in now if name not in after]
        return ", ".join(parts + [f"{name} comes in" for name in after if name not in now])

    @property
    def items_to_tell(self) -> int | None:
        best = self.best_cut
        if best is None:
            return None
        saving = (best.saving.value, best.saving.low, best.saving.high)
        return items_to_tell(self.scores.item_count, saving, self.worthwhile)


def analyze(
    scores: Scores, *, harms: str, items_per_day: float, base_rate: float = 0, score_is: str = "raw", limit: str = "",
    worthwhile: float = 0.05, hit: str = "", reviewed: str = "", review_minutes: float = 1, minutes_per_day: float = 0,
    hourly_cost: float = 0, appeals: str = "", granted_decent: float = 1, granted_violating: float = 0, seed: int = 7,
) -> Findings:
    """Compute everything; raise InputError for a parameter that makes no sense. base_rate 0: that of the file."""
    actions = read_harms(harms)
    _check_meaning(score_is, scores)
    _check_numbers(
        {"worthwhile": worthwhile, "base_rate": base_rate, "granted_decent": granted_decent,
         "granted_violating": granted_violating},
        {"review_minutes": review_minutes, "minutes_per_day": minutes_per_day, "hourly_cost": hourly_cost},
    )
    checks.number("items_per_day", items_per_day, 1, 1e12, "a number of items, 1 or more")
    checks.count("seed", seed)
    cap, rates = follow_up.read_limit(limit, actions), follow_up.read_appeals(appeals, actions)
    counts_as_hit, looked_at = _named("hit", hit, actions), _named("reviewed", reviewed, actions)
    # What the score means is learned on the file as it is and carried over to the stream's base rate.
    calibration = calibrate(scores, seed=seed)
    if base_rate:
        calibration = calibration.at_base_rate(base_rate)
    stream, day = calibration.scores, _day(calibration, items_per_day)
    chosen, numbers = plan(day, actions, cap), by_number(day, actions, cap)
    plans = _compared(day, actions, cap, numbers, chosen)
    counts, drawn = _drawn(scores, calibration, base_rate, items_per_day, plans, cap, seed)
    full = [one.names for one in plans].index(chosen.names)
    policies = _policies(plans, drawn, full)
    best = _single_cut(policies, numbers)
    decision, rule = decide(
        scores.rarer_count, score_is == "probability",
        calibration.method, len(chosen.names), best and (best.saving.value, best.saving.low, best.saving.high),
        worthwhile,
    )
    told = policies.index(best) if rule == "too_little" else full
    chosen = plans[told]
    face = None if scores.rescaled else _day(replace(calibration, p=stream.unit), items_per_day)
    names = counts_as_hit or tuple(name for name in chosen.names if name != actions[0].name)
    table = volumes(day, chosen.actions, chosen.cuts)
    return Findings(
        scores=stream, calibration=calibration, items_per_day=items_per_day, is_probability=score_is == "probability",
        worthwhile=worthwhile, actions=actions, bands=bands(actions), unused=unused(actions),
        rooms=[room(actions, action, side) for action in actions for side in SIDES if action.weight(side)],
        limit=cap, day=day, free=plan(day, actions), full=plans[full], plan=chosen,
        price=None if cap is None else price(plans[full], actions, cap),
        volumes=table, ranges=_ranges(chosen, counts[told]),
        numbers_of_actions=numbers, policies=policies, best_cut=best,
        face=None if face is None else volumes(face, chosen.actions, chosen.cuts),
        hit_names=names, hit=people.hit(stream, calibration.p, chosen, names, items_per_day / stream.weight),
        otherwise=people.read_otherwise(stream, calibration.p, chosen, names),
        queue=follow_up.review(table, looked_at, review_minutes),
        review_minutes=review_minutes, minutes_per_day=minutes_per_day, hourly_cost=hourly_cost,
        appeals=follow_up.appeals(table, rates, granted_decent, granted_violating),
        decision=decision, rule=rule,
    )


def _check_meaning(score_is: str, scores: Scores) -> None:
    if score_is not in MEANINGS:
        raise InputError(f"Parameter score_is is '{score_is}'. Write raw or probability.")
    if score_is == "probability" and scores.rescaled:
        raise InputError("Parameter score_is is 'probability', and scores run beyond 0 and 1. Write raw.")


def _check_numbers(shares: Mapping[str, float], amounts: Mapping[str, float]) -> None:
    for name, value in shares.items():
        checks.share(name, value)
    for name, value in amounts.items():
        checks.number(name, value, 0, 1e9, "a number from 0 up")
    if shares["base_rate"] == 1:
        raise InputError("Parameter base_rate is 1: then every item is violating. Give a share below 1.")


def _single_cut(policies: Sequence[Policy], numbers: Sequence[Plan]) -> Policy | None:
    """The best policy with one cut; None if no cut is better than one action for everything."""
    return next((one for one in policies if len(numbers) > 1 and one.plan.names == numbers[1].names), None)


def _named(parameter: str, text: str, actions: Sequence[Action]) -> tuple[str, ...]:
    names = tuple(tables.names(text))
    follow_up.check_names(parameter, names, actions)
    return names


def _day(calibration: Calibration, items_per_day: float) -> Day:
    scores = calibration.scores
    per_day = items_per_day / scores.weight
    return Day(calibration.p, scores.bin_positives * per_day, scores.bin_negatives * per_day)


def _compared(
    day: Day, actions: Sequence[Action], cap: Limit | None, numbers: Sequence[Plan], chosen: Plan
) -> list[Plan]:
    """Plans to show side by side: one action for everything, one cut, the best with each number of actions, ours."""
    first, last = actions[0], strictest(actions)
    plans = [plan(day, some, cap) for some in ([first], [last], [first, last])]
    return list({one.names: one for one in [*plans, *numbers[1:], chosen]}.values())


def _drawn(
    scores: Scores, calibration: Calibration, base_rate: float, items_per_day: float, plans: Sequence[Plan],
    cap: Limit | None, seed: int,
) -> tuple[list[np.ndarray], np.ndarray]:
    """Bootstrap over labeled items, the map from score to probability fitted anew each time.

    Returns for each plan draws × (items, violating, decent) × its actions, and draws × plans: harm a day. Without a
    base rate given, the file is a sample of the stream, and its share of violating items moves with the draw.
    """
    rng = np.random.default_rng(seed)
    size = round(scores.weight**2 / (scores.positive_squares.sum() + scores.negative_squares.sum()))
    counts, harms = [[] for _ in plans], []
    for _ in range(DRAWS):
        sample = scores.resampled(rng)
        rate = base_rate or np.clip(rng.binomial(size, scores.base_rate), 1, size - 1) / size
        p = predict(sample, sample, calibration.method)
        if p is None:  # a curve that cannot be fitted to this draw: the map of the file stands in
            p = predict(scores, sample, calibration.method)
        day = _day(Calibration(sample, p, calibration.method, calibration.methods).at_base_rate(rate), items_per_day)
        for place, one in enumerate(plans):
            violating, decent = day.split(one.cuts)
            counts[place].append((violating + decent, violating, decent))
        # A limit is kept on what is drawn; all other cuts follow from the harms and stay.
        again = [plan(day, one.actions, cap) if cap else one for one in plans]
        harms.append([harm(day, one.actions, one.cuts) for one in again])
    return [np.array(drawn) for drawn in counts], np.array(harms)


def _interval(value: float, drawn: np.ndarray) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(value), float(low), float(high))


def _policies(plans: Sequence[Plan], harms: np.ndarray, ours: int) -> list[Policy]:
    def saving(mine, other):
        return np.where(other > 0, 1 - mine / np.where(other > 0, other, 1), 0.0)

    return [
        Policy(one, _interval(one.harm, harms[:, place]),
               _interval(saving(plans[ours].harm, one.harm), saving(harms[:, ours], harms[:, place])))
        for place, one in enumerate(plans)
    ]


def _ranges(chosen: Plan, counts: np.ndarray) -> pd.DataFrame:
    low, high = np.percentile(counts, [2.5, 97.5], axis=0)
    ranges = pd.DataFrame({"action": chosen.names})
    for place, what in enumerate(("items", "violating", "decent")):
        ranges[f"{what}_low"], ranges[f"{what}_high"] = low[place], high[place]
    return ranges
