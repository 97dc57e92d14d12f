"""The title of a chart, the first sentence of its description, reads right whatever was drawn."""

import re

from mlpm import paint

MOST = 120  # letters: three lines of a phone


def title_of(figure) -> str:
    """Return a chart's title. AssertionError: it is too long to be read at a glance, or an empty value shows in it."""
    title, description = paint.title(figure.to_dict()), figure.to_dict()["description"]
    assert not re.search(r"\b(nan|None)\b|np\.|[{}]", description), description
    assert 20 <= len(title) <= MOST, title
    assert not re.search(r"\b(nan|inf|None|NA)\b|  | [,.]|\.\.|np\.|[{}]", title), title
    assert re.match(r"[A-Z0-9“€−+]", title), title
    return title
