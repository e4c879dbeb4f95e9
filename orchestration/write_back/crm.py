"""What a CRM must be able to do for decisions to be written back, and how values are compared.

Belongs here: the interface of a CRM, a record read, a record written. Does not: any vendor's API.
There is no way to delete: what was written back is never removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from ingest.formats.json_page import Number


@dataclass(frozen=True)
class Held:
    """A record as the CRM holds it."""

    id: str
    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Upserted:
    """What became of one record of an upsert; `error` in the vendor's words where it failed."""

    id: str | None
    created: bool
    error: str | None = None


class CrmApi(Protocol):
    """One CRM. Every method raises PullFailed where the CRM cannot be reached."""

    batch: int

    def read(
        self, name: str, external_id: str, fields: Sequence[str], keys: Sequence[str]
    ) -> list[Held]:
        """Every record of the object whose external id is one of `keys`, whatever their case."""

    def upsert(
        self, name: str, external_id: str, rows: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[Upserted]:
        """Create or update up to `batch` records, each on its own; the answers are in the same
        order."""

    def try_it(self) -> None:
        """Make one small request that shows whether the credentials work."""

    def close(self) -> None:
        """Close the connections."""


def same(ours: Any, theirs: Any) -> bool:
    """Whether a field holds what it should; an empty text is an empty field, 1.50 is 1.5."""
    ours = None if ours == "" else ours
    theirs = None if theirs == "" else theirs
    if ours is None or theirs is None:
        return ours is theirs
    if isinstance(ours, bool):
        return shown(theirs).lower() == shown(ours)
    if isinstance(ours, Number):
        try:
            return Decimal(ours) == Decimal(str(theirs))
        except InvalidOperation:
            return False
    return _plain(str(ours)) == _plain(shown(theirs))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def shown(value: Any) -> str:
    """A value for people; the caller says what `empty` looks like."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
