"""A refusal, as a reader meets it: one line that says what is wrong."""

from collections.abc import Callable

import pytest

from mlpm import InputError


def refused(call: Callable[[], object], *words: str) -> None:
    """The call must raise InputError, in one line that holds every one of these words."""
    with pytest.raises(InputError) as refusal:
        call()
    message = str(refusal.value)
    assert "\n" not in message
    assert all(word in message for word in words), message
