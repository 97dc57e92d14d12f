"""The tables of the notebook: small frames, and the formats of their columns."""

import pandas as pd
from IPython.display import Markdown

from mlpm import outputs
from mlpm.evals.correct import ALONE, BY_VERDICT
from mlpm.evals.study import Study
from mlpm.evals.wording import hours, many, road, two
from mlpm.phrases import euros, plain, within


def confusion(found: Study) -> Markdown:
    """Judge by person, counts first."""
    rows = [
        {"judge": f"judge: {word}", "good": good, "bad": bad}
        for word, (good, bad) in zip(("pass", "fail"), found.table, strict=True)
    ]
    return outputs.table(pd.DataFrame(rows), {"good": ",d", "bad": ",d"},
                         {"judge": " ", "good": "people: good", "bad": "people: bad"})


def rates(found: Study) -> Markdown:
    """The judge's two rates and what is made of them."""
    rows = [
        ("of 100 good answers, the judge passes (true-positive rate)", within(found.tpr)),
        ("of 100 bad answers, it fails (true-negative rate)", within(found.tnr)),
        ("both, minus one: what it adds to a coin", two(found.power)),
        ("kappa on the rows that were read", two(found.kappa)),
    ]
    if found.read_twice:
        rows.append(("kappa of two people", two(found.kappa_of_people)))
    return outputs.table(pd.DataFrame(rows, columns=["what", "value"]), headers={"what": " ", "value": "95% interval"})


def pass_rates(found: Study) -> Markdown:
    """The judge's word, the corrected share, and what readings say without a judge."""
    rows = [("the judge's word", within(found.raw))]
    if found.by_people is not None:
        rows.append((f"the {found.read:,} that were read, no judge", within(found.by_people)))
    how = "corrected by its two rates" if found.apart else "the judge's verdicts, weighted by what was read of either"
    rows.append((how, within(found.rate) if found.rate.possible else "cannot be said"))
    if found.apart and found.same_number_alone is not None:
        rows.append((f"as many read at random, no judge: what {found.read:,} would "
                     "tell", within(found.same_number_alone)))
    return outputs.table(pd.DataFrame(rows, columns=["what", "value"]),
                         headers={"what": " ", "value": "of 100 answers, good"})


def types(found: Study) -> Markdown:
    """Failures by type; where they were read within the stream, also the share of all answers."""
    rows = []
    for one in found.types:
        rate = found.rate_of(one.name)
        rows.append({
            "type": plain(one.name), "rows": one.rows, "caught": one.rows - one.let_pass, "let": one.let_pass,
            "share": within(one.share if rate is None else rate),
        })
    return outputs.table(
        pd.DataFrame(rows), {"rows": ",d", "caught": ",d", "let": ",d"},
        {"type": "what went wrong first", "rows": "failures read", "caught": "judge fails", "let": "judge passes",
         "share": "of 100 failures" if found.apart else "of 100 answers"},
    )


def slices(found: Study) -> Markdown:
    rows = [
        {"slice": plain(one.name), "rows": one.rows, "passed": within(one.passed_share), "read": one.read,
         "good": one.good}
        for one in found.slices
    ]
    return outputs.table(pd.DataFrame(rows), {"rows": ",d", "read": ",d", "good": ",d"},
                         {"slice": "slice", "rows": "answers", "passed": "of 100, judge passes", "read": "read",
                          "good": "of them good"})


def readings(found: Study) -> Markdown:
    """The three roads to the wanted width."""
    rows = []
    for one in found.readings:
        split = "–" if one.count is None else many(one)
        if one.second is not None:
            kinds = ("its passes", "its fails") if one.road == BY_VERDICT else ("good", "bad")
            split += f": {one.first:,} {kinds[0]}, {one.second:,} {kinds[1]}"
        rows.append({
            "road": road(one), "count": split, "hours": "–" if one.count is None else hours(found.hours(one.count)),
            "cost": "–" if one.count is None else euros(found.cost(one.count)),
            "holds": "as long as they are random" if one.road in (BY_VERDICT, ALONE)
            else "if the judge treats the stream alike",
        })
    return outputs.table(pd.DataFrame(rows), headers={
        "road": "read", "count": f"answers for ± {100 * found.margin:g} of 100", "hours": "hours", "cost": "cost",
        "holds": "holds"})


def pairs(found: Study) -> Markdown:
    """The same comparisons under three tie rules, and the order."""
    p = found.pairs
    rows = [
        ("ties out: of those one version wins", f"{p.wins:,} of {p.wins + p.losses:,}", within(p.ties_out)),
        ("a tie is half a win", f"{p.wins:,} and {p.ties:,} halves of {p.count:,}", within(p.ties_half)),
        ("a tie is no win", f"{p.wins:,} of {p.count:,}", within(p.wins_only)),
        ("asked once, A first, ties out", "", within(p.asked_once)),
        ("another verdict when the places change", f"{p.inconsistent:,} of {p.count:,}", within(p.order)),
    ]
    return outputs.table(pd.DataFrame(rows, columns=["rule", "count", "value"]),
                         headers={"rule": " ", "count": "comparisons", "value": "of 100"})


