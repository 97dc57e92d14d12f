"""A day stays on one line: browsers break 2026-01-31 after a hyphen, and on a phone they often do."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

_AS_IT_IS = (nodes.FixedTextElement, nodes.literal, nodes.title, nodes.raw, nodes.math, nodes.comment)
_DAY = re.compile(r"(\b20\d\d-\d\d-\d\d\b)")


class KeepDays(SphinxPostTransform):
    """Put days in running text in a span of their own."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for text in list(self.document.findall(nodes.Text)):
            parts = _DAY.split(text.astext())
            # Code is kept as it is, and inside a title a span would go into every menu.
            if len(parts) == 1 or isinstance(text.parent, _AS_IT_IS):
                continue
            kept = [
                nodes.inline(part, part, classes=["day"]) if number % 2 else nodes.Text(part)
                for number, part in enumerate(parts)
                if part
            ]
            text.parent.replace(text, kept)


def setup(app: Sphinx) -> None:
    app.add_post_transform(KeepDays)
