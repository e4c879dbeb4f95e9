"""What every member of a policy set is: an object that nobody can change.

Belongs here: the base of all members. Does not: any member (values.py, model.py).
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable, and an unknown key is an error: a typo must never be a silent default."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
