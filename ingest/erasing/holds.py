"""Holds: while one is in place, nobody whom it covers is erased.

Belongs here: `raw/holds.jsonl`, one line for each hold and for each end of one. Does not: erasing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingest.atomic import write_file
from ingest.deliveries.raw_store import close_to_others

NAME = "holds.jsonl"


class HoldRefused(ValueError):
    """A hold can't be set or ended as asked; the message says why."""


@dataclass(frozen=True)
class Hold:
    """One hold. `partner` empty: it covers everybody. `at` is the machine's own moment, UTC."""

    name: str
    partner: str
    by: str
    reason: str
    at: str

    @property
    def text(self) -> str:
        """The hold in one line."""
        whom = f"people of {self.partner}" if self.partner else "everybody"
        return f"{self.name}: {whom}, by {self.by} since {self.at}: {self.reason}"


def holds(store: Path) -> list[Hold]:
    """The holds that are in place, in the order in which they were set."""
    standing: dict[str, Hold] = {}
    for line in _lines(store):
        if "ended" in line:
            standing.pop(line["ended"], None)
        else:
            standing[line["name"]] = Hold(**line)
    return list(standing.values())


def set_hold(store: Path, hold: Hold) -> None:
    """Add a hold. Raises HoldRefused where one of that name is in place."""
    if any(one.name == hold.name for one in holds(store)):
        raise HoldRefused(f"the hold {hold.name} is in place already; end it, or name another")
    _add(store, asdict(hold))


def end_hold(store: Path, name: str, by: str, reason: str, at: datetime) -> None:
    """End a hold. Raises HoldRefused where none of that name is in place."""
    standing = [one.name for one in holds(store)]
    if name not in standing:
        standing_holds = f"there are {', '.join(standing)}" if standing else "none stands"
        raise HoldRefused(f"there is no hold {name}; {standing_holds}")
    _add(store, {"ended": name, "by": by, "reason": reason, "at": at.isoformat()})


def covering(store: Path, partners: Iterable[str]) -> list[Hold]:
    """The holds that keep people of these partners from being erased."""
    concerned = set(partners)
    return [one for one in holds(store) if not one.partner or one.partner in concerned]


def _lines(store: Path) -> list[dict[str, str]]:
    path = store / NAME
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _add(store: Path, line: dict[str, str]) -> None:
    close_to_others(store)
    lines = [json.dumps(one, ensure_ascii=False) for one in (*_lines(store), line)]
    write_file(store / NAME, "".join(f"{one}\n" for one in lines).encode())
