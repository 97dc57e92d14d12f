"""Waiting for a page, with an end: `evaluate` of playwright alone would wait for ever.

Its `wait_for_function` evaluates text inside the page, which the page's policy forbids; asking from outside does not.
Now and then Chromium stops drawing a page, and an animation frame never comes: nothing here depends on one.
"""

import time

from axe_playwright_python.base import AXE_SCRIPT


def until(where, expression: str, seconds: float = 10):
    """Wait until an expression is true, and return its value. where: a page, or an element for a function of one.

    TimeoutError: it did not become true in time.
    """
    end = time.monotonic() + seconds
    while not (value := where.evaluate(expression)):
        if time.monotonic() > end:
            raise TimeoutError(f"not true after {seconds} s: {expression} of {where}")
        getattr(where, "page", where).wait_for_timeout(50)
    return value


def do(page, work: str, seconds: float = 60):
    """Run the body of an async function in a page and return what it returns. TimeoutError: it did not end in time."""
    page.evaluate(
        f"""() => {{
            const run = async () => {{ {work} }}, end = (what) => {{ globalThis.ended = what; }};
            globalThis.ended = undefined;
            run().then((result) => end({{ result }}), (error) => end({{ error: String(error) }}));
        }}"""
    )
    ended = until(page, "globalThis.ended", seconds)
    assert "error" not in ended, ended["error"]
    return ended.get("result")


def read_to_the_end(page):
    """Scroll through a page, as a reader does, so that everything that wakes when seen is awake."""
    do(
        page,
        """
        const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); setTimeout(resolve, 500); });
        for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
            scrollTo(0, y);
            await frame();
            await frame();
        }
        """,
    )
    until(page, "!document.querySelector('.chart:has(.chart-live):not(.is-live, .wakes-when-touched *)')")


def axe(page) -> list[tuple[str, list[str]]]:
    """Return what axe finds against a page: rules, each with the beginnings of the elements that break it."""
    page.evaluate(AXE_SCRIPT)
    # By default axe leaves out the size of targets, which WCAG 2.2 asks for.
    options = "{ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }"
    found = do(page, f"return (await axe.run({options})).violations;")
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]
