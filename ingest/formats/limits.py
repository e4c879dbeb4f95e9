"""The limits of `limits.yaml`: how much a file from outside may ask of this machine.

Belongs here: reading them. Does not: any number, and any rule about what rows may say.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ingest.packaged import packaged_yaml

LIMITS_FILE = Path(__file__).with_name("limits.yaml")


@cache
def limits(group: str) -> dict[str, int]:
    """The limits of one group, e.g. `limits("archive")["members"]`."""
    return packaged_yaml(LIMITS_FILE)[group]
