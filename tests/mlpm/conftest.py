"""Labeled scores as several packages read them: a test's own rows, and Agora's comments."""

import pandas as pd
import pytest

from mlpm import scores
from mlpm.agora import comment_scores


@pytest.fixture
def read_scores(tmp_path):
    """Write rows and read them as labeled scores."""

    def write_and_read(frame, **options):
        path = tmp_path / "scores.csv"
        pd.DataFrame(frame).to_csv(path, index=False)
        return scores.read(path, **{"score": "score", "label": "label"} | options)

    return write_and_read


@pytest.fixture(scope="session")
def agora_scores(tmp_path_factory):
    path = tmp_path_factory.mktemp("agora") / "agora-comment-scores.csv"
    comment_scores.comment_scores().to_csv(path, index=False)
    return scores.read(path, score="score", label="bullying", positive="bullying", group="writes_in")
