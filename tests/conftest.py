"""What holds for every run: what nobody can read is told once and before anything else, and what passes is quiet."""

from itertools import count

import pytest

from editor import ROOT, unreadable

passed = count(1)
PER_DOT = 100


def pytest_configure(config):
    """The modules read pages and sources as they are imported, and would each end in the same traceback."""
    # A process of pytest-xdist need not ask again.
    if not hasattr(config, "workerinput") and (remarks := unreadable(ROOT)):
        raise pytest.UsageError("\n".join(map(str, remarks)))


def pytest_report_teststatus(report, config):
    """A dot stands for a hundred tests that passed: thousands of them push what matters off the screen."""
    if report.when == "call" and report.passed and not hasattr(report, "wasxfail"):
        return "passed", "" if next(passed) % PER_DOT else ".", "PASSED"
    return None
