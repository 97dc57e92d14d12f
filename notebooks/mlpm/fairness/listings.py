"""The tables of the notebook: small frames, and the formats of their columns."""

import pandas as pd
from IPython.display import Markdown

from mlpm import outputs
from mlpm.fairness.goals import NOW
from mlpm.fairness.groups import MEASURES
from mlpm.fairness.study import Study
from mlpm.fairness.wording import asked, cell, number, points, times
from mlpm.phrases import hundredth, plain, within

# Two shares that are made equal, and the third.
PAIRS = (("caught, wrongly hit", "right"), ("caught, right", "hit"), ("wrongly hit, right", "caught"))


def rates(found: Study) -> Markdown:
    """One line a share, one column a group: counts, then the share of 100 with its interval."""
    rows = []
    for measure in MEASURES:
        row = {"share": asked(found, measure)}
        for name, counts in found.counts.items():
            row[name] = f"{cell(counts, measure)}: {within(counts.share(measure))}"
        rows.append(row)
    return outputs.table(pd.DataFrame(rows), headers={"share": " "} | {name: plain(name) for name in found.counts})


def gaps(found: Study) -> Markdown:
    """Each gap to the reference, with its interval and what these rows say about it."""
    frame = pd.DataFrame([
        {"share": asked(found, gap.measure), "group": plain(gap.group), "gap": points(gap.share),
         "verdict": gap.verdict}
        for gap in found.gaps
    ] + [
        {"share": "at the same score, odds", "group": plain(gap.group),
         "gap": times(gap.share), "verdict": gap.verdict}
        for gap in found.meanings
    ])
    return outputs.table(frame, headers={"share": " ", "gap": f"gap to {plain(found.base.name)}, of 100",
                                         "verdict": "these rows say"})


def forced(found: Study) -> Markdown:
    """What the third share must be where two are made equal to the reference's."""
    own = found.counts[found.base.name]
    rows = []
    for one in found.forced:
        for equal, measure in PAIRS:
            share = getattr(one, measure)
            rows.append({
                "group": plain(one.group), "equal": equal, "share": asked(found, measure),
                "reference": hundredth(own.share(measure).value),
                "must": within(share) + (": cannot be" if share.value > 1 else ""),
            })
    return outputs.table(pd.DataFrame(rows), headers={
        "equal": "made equal", "share": "then the third", "reference": plain(found.base.name), "must": "must be here"})


def policies(found: Study) -> Markdown:
    """One line a goal: cuts, wrong hits and misses by group, and the total."""
    rows = []
    for goal, policy in found.policies.items():
        change = found.change(policy)
        rows.append({
            "goal": goal + ("" if policy.reached else " (not reached)"),
            "cuts": " / ".join("–" if (raw := found.raw(place)) is None else number(raw) for place in policy.places),
            "hit": " / ".join(f"{one.hit:,}" for one in policy.counts),
            "missed": " / ".join(f"{one.missed:,}" for one in policy.counts),
            "cost": number(found.cost(policy)) + ("" if goal == NOW else f" ({_signed(change.value)})"),
        })
    names = " / ".join(plain(group.name) for group in found.groups)
    return outputs.table(pd.DataFrame(rows), headers={
        "goal": " ", "cuts": f"cut: {names}", "hit": f"{plain(found.scores.negative)}, {plain(found.action)}",
        "missed": f"{plain(found.scores.positive)}, missed", "cost": f"{plain(found.unit)} in all"})


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value)}"


def versions(found: Study) -> Markdown:
    """Wrong hits and catches by version of the score, all acting on as many."""
    frame = pd.DataFrame([
        {"version": plain(one.name), "cut": number(one.cut),
         "hit": " / ".join(hundredth(counts.share("hit").value) for counts in one.counts),
         "caught": " / ".join(hundredth(counts.share("caught").value) for counts in one.counts),
         "gap": points(max(one.gaps, key=lambda gap: abs(gap.share.value)).share)}
        for one in found.versions
    ])
    names = " / ".join(plain(group.name) for group in found.groups)
    return outputs.table(frame, headers={
        "version": " ", "hit": f"{asked(found, 'hit')}: {names}", "caught": asked(found, "caught"),
        "gap": "largest gap in wrong hits"})
