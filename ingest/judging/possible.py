"""What no record of a partner program can hold, although its form is right.

Belongs here: reading `possible_values.yaml`. Does not: any bound, or the rules that use them
(rules.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ingest.packaged import packaged_yaml

BOUNDS_FILE = Path(__file__).with_name("possible_values.yaml")


@cache
def _bounds() -> dict[str, Any]:
    return packaged_yaml(BOUNDS_FILE)


def first_day() -> str:
    """The first day that can be meant, as ISO text."""
    return f"{_bounds()['first_day']:%Y-%m-%d}"


def most_calls() -> int:
    """The most calls that one row of the usage feed can stand for."""
    return int(_bounds()["most_calls"])
