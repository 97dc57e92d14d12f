"""What to do next: stop, cut the wait, cut tokens, raise resolution, or measure more."""

DECISIONS = ("measure_more", "stop", "cut_waiting", "cut_tokens", "raise_resolution")
FEWEST_TASKS = 30


def decide(
    tasks: int,
    saved: tuple[float, float],
    turn: tuple[float | None, float | None],
    limit: float,
    model: float,
    fallback: tuple[float, float],
) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    saved: interval of the euros a task that are saved against people alone; turn: interval of the p95 of a turn in ms,
    None where it cannot be quoted; limit: of the p95 in ms, 0 for none; model: euros of model a task; fallback:
    interval of the euros of people a task.

    1. fewer than 30 tasks                                       → measure_more
    2. the assistant costs more than people alone: saved < 0     → stop
    3. the saving's interval holds 0                             → measure_more
    4. the p95 of a turn lies above the limit, interval and all  → cut_waiting
    5. the model costs more than people do, at their upper end   → cut_tokens
    6. people cost more than the model, at their lower end       → raise_resolution
    7. either may be the larger                                  → measure_more
    """
    if tasks < FEWEST_TASKS:
        return "measure_more", "too_few"
    if saved[1] < 0:
        return "stop", "dearer_than_people"
    if saved[0] <= 0:
        return "measure_more", "saving_unclear"
    if limit and turn[0] is not None and turn[0] > limit:
        return "cut_waiting", "over_limit"
    if model >= fallback[1]:
        return "cut_tokens", "model_larger"
    if model <= fallback[0]:
        return "raise_resolution", "people_larger"
    return "measure_more", "larger_unclear"
