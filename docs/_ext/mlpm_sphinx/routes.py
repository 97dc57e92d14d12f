"""A reading route: chapters in order with a reason each, and times that come from their front matter.

    ```{route}
    what-an-ml-pm-is | What you will stop doing.
    traps | With your calendar open.
    ```

A chapter says its minutes itself; a page without minutes (an index) adds none and shows none. With :line: the route is
a line of its stops, for a page that has no room for reasons.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from mlpm_sphinx import front_matter

logger = logging.getLogger(__name__)


def together(minutes: int) -> str:
    """`45 minutes`, `2 h 05 min`."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} minutes"


def stops(text: str) -> list[tuple[str, str]]:
    """Read `label | reason` lines. ValueError names the line that has no reason."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        label, bar, reason = (part.strip() for part in line.partition("|"))
        if not (label and bar and reason):
            raise ValueError(f"a stop of a route reads `label | why to read it`, not {line!r}")
        found.append((label, reason))
    return found


class RouteDirective(SphinxDirective):
    """{route}: chapters in order, with minutes from their front matter and the sum."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {"line": directives.flag}

    def run(self) -> list[nodes.Node]:
        try:
            if "line" in self.options:
                listed = [(label.strip(), "") for label in self.content if label.strip()]
            else:
                listed = stops("\n".join(self.content))
        except ValueError as problem:
            logger.warning("%s", problem, location=self.get_location(), type="routes")
            return []
        times = [int(front_matter.of(self.env, label).get("minutes", 0)) for label, _ in listed]
        if "line" in self.options:
            line = " → ".join(f"{{ref}}`{label}`" for label, _ in listed)
            return self.parse_text_to_nodes(f"{line}. *{together(sum(times))}.*")
        lines = [
            f"1. {{ref}}`{label}`{f', {minutes} min' if minutes else ''}. {reason}"
            for (label, reason), minutes in zip(listed, times, strict=True)
        ]
        if any(times):
            lines += ["", f"*Together {together(sum(times))} of reading.*"]
        return self.parse_text_to_nodes("\n".join(lines))


def setup(app: Sphinx) -> None:
    app.add_directive("route", RouteDirective)
