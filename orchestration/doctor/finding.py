"""What was found at one place.

Belongs here: the shape of a finding and its states. Does not: trying anything.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from orchestration.secrets import without_secrets


class State(StrEnum):
    """The state of a place; all but `right` and `unused` are faults."""

    RIGHT = "right"
    UNUSED = "unused"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One place: `what` it is for, `place` where it is, `said` what was found, `mend` what to do
    about a fault."""

    what: str
    place: str
    state: State
    said: str
    mend: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether somebody has to do something."""
        return self.state not in (State.RIGHT, State.UNUSED)

    def as_dict(self) -> dict[str, str]:
        """Plain values, without any secret."""
        return {key: without_secrets(str(value)) for key, value in asdict(self).items()}
