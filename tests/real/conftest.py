"""Real input: where it is, and why a test on it may be skipped."""

import os
from pathlib import Path

import pytest

VARIABLE = "PLUMBLINE_REAL_DATA"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input; skips with the reason where none is named."""
    named = os.environ.get(VARIABLE)
    if not named:
        pytest.skip(f"{VARIABLE} is not set: real input is never part of the project")
    return Path(named)
