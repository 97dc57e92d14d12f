"""The tables of the notebook: small frames, and the formats of their columns."""

import pandas as pd
from IPython.display import Markdown

from mlpm import outputs
from mlpm.phrases import minus
from mlpm.threshold.study import Named, Study
from mlpm.threshold.wording import items, number


def _or_dash(say):
    return lambda value: "–" if value is None or pd.isna(value) else say(value)


RAW = _or_dash(number)


def maps(found: Study) -> Markdown:
    """The maps from score to probability, judged on rows they were not fitted on."""
    frame = found.fitted.methods[["method", "log_loss", "calibration_error"]].assign(
        calibration_error=lambda t: 100 * t.calibration_error,
        used=lambda t: ["used" if method == found.fitted.method else "" for method in t.method],
        method=lambda t: t.method.map({"none": "score as it stands", "logistic": "logistic curve",
                                       "isotonic": "isotonic regression"}),
    )
    return outputs.table(
        frame, {"log_loss": ".4f", "calibration_error": ".1f"},
        {"method": "what p is", "log_loss": "log loss", "calibration_error": "off by, of 100", "used": " "},
    )


def cuts(named: list[Named]) -> Markdown:
    """What each cut does to 1,000 items, and what it costs above the proposed one by the proposed prices."""
    frame = pd.DataFrame({
        "cut": [one.name for one in named],
        "score": [one.raw for one in named],
        "caught": [one.outcome.caught.value for one in named],
        "missed": [one.outcome.missed.value for one in named],
        "hit": [one.outcome.hit.value for one in named],
        "extra": [f"{_short(one.extra.value)} ({_short(one.extra.low)} to {_short(one.extra.high)})"
                  if one.extra.value else "–" for one in named],
    }).astype({"score": float})
    return outputs.table(
        frame, {"score": RAW, "caught": items, "missed": items, "hit": items},
        {"hit": "wrongly hit", "extra": "extra cost"},
    )


def _short(value: float) -> str:
    return number(float(f"{value:.2g}")) if abs(value) < 100 else number(value)


def regrets(found: Study) -> Markdown:
    """Whose cut costs how much more by whose prices."""
    frame = found.regrets.reset_index(names="cut of")
    headers = {voice.name: f"by {voice.name}" for voice in found.voices}
    return outputs.table(frame, dict.fromkeys(headers, _percent), headers)


def _percent(value: float) -> str:
    return minus(f"{value:+.0%}").replace("+0%", "0%").replace("−0%", "0%")


def groups(found: Study) -> Markdown:
    """Who is hit at the proposed cut."""
    lines = found.group_lines
    frame = pd.DataFrame({
        "group": [line.name for line in lines],
        "items": [line.rows for line in lines],
        "hit": [100 * line.outcome.hit_share.value for line in lines],
        "wrong": [100 * line.outcome.wrong.value for line in lines],
        "caught": [100 * line.outcome.caught_share.value for line in lines],
    })
    negative, positive = found.scores.negative, found.scores.positive
    return outputs.table(
        frame, {"items": ",d", "hit": ".1f", "wrong": ".0f", "caught": ".0f"},
        {"hit": f"of 100 {negative}, hit", "wrong": f"of 100 hit, {negative}", "caught": f"of 100 {positive}, caught"},
    )
