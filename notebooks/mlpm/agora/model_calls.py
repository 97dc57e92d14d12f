"""Agora's model calls: a sample of the support assistant's conversations in October 2026, call by call.

200 of the month's 10,000 conversations: 1,000 turns of four calls each, 4,000 calls. A turn routes the question and
retrieves at the same time (step 1), answers (step 2), and checks the answer (step 3). The model's thinking counts as
output. What is planted, and holds exactly in the sample:

- 3,000 input and 400 output tokens a call on average, 2,500 of the input the same in every call and at its front;
  4 of 5 calls find these in the cache; misses cluster in the first turn of a conversation;
- 76 of 200 conversations are handed over to a person, 8 end with neither an answer nor a person, 116 are solved;
- a few long conversations carry the bill: the history goes into every call, so that they grow faster than their turns;
- long conversations are handed over more often than short ones;
- 2 of 100 calls wait for a retry, and all calls of a conversation share its hour, so their times resemble one another.
"""

import numpy as np
import pandas as pd

SEED = 38
CONVERSATIONS, TURNS, CALLS = 200, 1_000, 4_000
INPUT, STABLE, OUTPUT = 3_000, 2_500, 400
HIT = 3_200  # calls
HANDED, LOST = 76, 8
# Step, and of the mean: fresh input and output tokens.
KINDS = {"route": (1, 0.5, 0.25), "retrieve": (1, 0.6, 0.25), "answer": (2, 1.6, 2.25), "check": (3, 1.3, 1.25)}
WORDS = {"solved": "solved", "handed": "handed over", "lost": "gave up"}


def _exactly(values: np.ndarray, total: int, least: int) -> np.ndarray:
    """Whole numbers in proportion to `values`, none below `least`, that add up to `total`."""
    spare = total - least * len(values)
    shares = values / values.sum() * spare
    whole = np.floor(shares).astype(int)
    whole[np.argsort(-(shares - whole), kind="stable")[: spare - whole.sum()]] += 1
    return whole + least


def model_calls() -> pd.DataFrame:
    """One row a call; the columns stand in CARD."""
    rng = np.random.default_rng(SEED)
    turns = _exactly(rng.gamma(0.7, 1.0, CONVERSATIONS), TURNS, 1)
    order = np.repeat(np.arange(CONVERSATIONS), turns)
    turn = np.concatenate([np.arange(1, n + 1) for n in turns])
    names = list(KINDS)
    step, fresh_share, out_share = (np.tile([KINDS[name][i] for name in names], TURNS) for i in range(3))
    task, turn = np.repeat(order, len(names)), np.repeat(turn, len(names))
    history = 1 + 0.35 * (turn - 1)
    fresh = _exactly(fresh_share * history * rng.lognormal(0, 0.25, CALLS), (INPUT - STABLE) * CALLS, 40)
    output = _exactly(out_share * rng.lognormal(0, 0.35, CALLS), OUTPUT * CALLS, 12)
    # The first turn comes after a pause; those who come second find what the first has written.
    missing = rng.choice(CALLS, CALLS - HIT, replace=False, p=(w := np.where(turn == 1, 6.0, 1.0)) / w.sum())
    cached = np.full(CALLS, STABLE)
    cached[missing] = 0
    busy = np.exp(rng.normal(0, 0.18, CONVERSATIONS))[task]
    first = busy * rng.lognormal(np.log(np.where(cached > 0, 320, 620)), 0.3, CALLS)
    retries = np.where(rng.random(CALLS) < 0.02, rng.exponential(5_000, CALLS), 0)
    latency = first + retries + busy * output / 0.19 * rng.lognormal(0, 0.12, CALLS)
    weight = turns ** 0.8
    people = rng.choice(CONVERSATIONS, HANDED, replace=False, p=weight / weight.sum())
    outcome = np.full(CONVERSATIONS, WORDS["solved"], dtype=object)
    outcome[people] = WORDS["handed"]
    outcome[rng.choice(np.flatnonzero(outcome == WORDS["solved"]), LOST, replace=False)] = WORDS["lost"]
    return pd.DataFrame({
        "conversation": [f"c{number:03d}" for number in task + 1], "turn": turn, "step": step,
        "call": np.tile(names, TURNS), "input_tokens": fresh + STABLE, "cacheable_tokens": STABLE,
        "cached_tokens": cached, "output_tokens": output, "first_token_ms": (first + retries).round().astype(int),
        "latency_ms": latency.round().astype(int), "outcome": outcome[task],
    })


FILES = {"agora-model-calls.csv": model_calls}

CARD = {
    "agora-model-calls.csv": {
        "title": "The model calls of 200 conversations with the support assistant, a sample of October 2026. The means "
        "of tokens, cache hits and ends are those of the case, exactly.",
        "rows": "one call of the model",
        "columns": {
            "conversation": "the conversation: the task",
            "turn": "turn in the conversation, from 1",
            "step": "place in the turn: calls with the same step run at the same time, steps follow one another",
            "call": "what the call is for: route, retrieve, answer, check",
            "input_tokens": "tokens of input, cached ones included",
            "cacheable_tokens": "of these, tokens at the front of the prompt that are the same in every call",
            "cached_tokens": "of these, tokens that were read from the cache",
            "output_tokens": "tokens of output, thinking included",
            "first_token_ms": "milliseconds until the first token came",
            "latency_ms": "milliseconds until the last token came",
            "outcome": "how the conversation ended: solved, handed over (to a person), gave up",
        },
    }
}
