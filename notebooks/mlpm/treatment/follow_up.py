"""What comes after an action: people who review, and authors who appeal."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pandas as pd

from mlpm import InputError
from mlpm.treatment.bands import bands
from mlpm.treatment.harms import NUMBER, Action, pairs
from mlpm.treatment.policies import Limit


def check_names(parameter: str, names: Sequence[str], actions: Sequence[Action]) -> None:
    """Raise InputError for an action that the harm table does not name."""
    known = [action.name for action in actions]
    strange = next((name for name in names if name not in known), None)
    if strange is not None:
        raise InputError(f"Parameter {parameter} names '{strange}'. The actions in harms are: {', '.join(known)}.")


def read_appeals(text: str, actions: Sequence[Action]) -> dict[str, tuple[Fraction, Fraction]]:
    """Shares of authors who appeal, by action: of decent items, of violating ones. An action left out has none."""
    found = pairs("appeals", text, "hide: .30/.10")
    check_names("appeals", list(found), actions)
    for name, shares in found.items():
        if max(shares) > 1:
            raise InputError(
                f"Parameter appeals: '{name}' has a share above 1. Give shares from 0 to 1, decent/violating."
            )
    return found


def read_limit(text: str, actions: Sequence[Action]) -> Limit | None:
    """A limit such as `hide: 2`, at most 2 decent items of 100 hidden; None for an empty text."""
    if not str(text).strip():
        return None
    name, _, number = (part.strip() for part in str(text).partition(":"))
    if not (name and NUMBER.fullmatch(number) and float(number) <= 100):
        raise InputError(
            f"Parameter limit is '{text}'. Write action: number, such as hide: 2 for at most 2 decent of 100 hidden."
        )
    check_names("limit", [name], actions)
    last = bands(actions)[-1].name
    if name != last:
        raise InputError(f"Parameter limit names '{name}'. A limit can be set on the strictest action in use, {last}.")
    return Limit(name, float(number))


def review(volumes: pd.DataFrame, reviewed: Sequence[str], minutes: float) -> pd.DataFrame:
    """One row for each reviewed action: items, hours, wrong (decent items among them), reads_per_wrong, saves.

    minutes: to review one item. saves: the most that reviewers who are never wrong could take away of the day's harm,
    if they came before anybody else: all that the action leaves.
    """
    rows = volumes[volumes.action.isin(reviewed) & (volumes["items"] > 0)]
    return pd.DataFrame({
        "action": rows.action, "items": rows["items"], "hours": rows["items"] * minutes / 60, "wrong": rows.decent,
        "reads_per_wrong": rows["items"] / rows.decent.where(rows.decent > 0),
        "saves": rows.harm, "saves_per_read": rows.harm / rows["items"],
    }).reset_index(drop=True)


def appeals(
    volumes: pd.DataFrame, rates: Mapping[str, tuple[Fraction, Fraction]], granted_decent: float,
    granted_violating: float,
) -> pd.DataFrame:
    """One row for each action with appeals, a day.

    appeals; decent: those by authors of decent items; granted; restored: decent items given back; let_back: violating
    items given back; silent: decent items hit whose authors do not appeal.
    """
    rows = []
    for row in volumes.itertuples():
        if row.action not in rates:
            continue
        decent, violating = (float(rate) * hit for rate, hit in zip(rates[row.action], (row.decent, row.violating),
                                                                    strict=True))
        restored, let_back = decent * granted_decent, violating * granted_violating
        rows.append((row.action, decent + violating, decent, restored + let_back, restored, let_back,
                     row.decent - decent))
    return pd.DataFrame(rows, columns=["action", "appeals", "decent", "granted", "restored", "let_back", "silent"])
