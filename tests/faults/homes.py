"""What a home holds, in digests, and what a kill left of what its command does.

Belongs here: reading a home. Does not: the story, the kills (kills.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from ingest.erasing.log import NAME
from ingest.people.store import people_of
from scoring.ledger.files import MADE
from scoring.published import PUBLISHED
from tests.faults.story import OUTPUTS

SERVING = "plumbline.duckdb.serving"
WAREHOUSES = ("plumbline.duckdb", SERVING)
# What is there right after a kill, held against what its command found and what it makes.
LEFT = ("as before", "in between", "as after")


def left(digests: Mapping[str, str], earlier: Mapping[str, str], later: Mapping[str, str]) -> str:
    """One of LEFT: everything that a command changes is as before it, as after it, or some of
    each."""
    changed = {
        name
        for name in earlier.keys() | later.keys() | digests.keys()
        if not earlier.get(name) == later.get(name) == digests.get(name)
    }
    if all(digests.get(name) == earlier.get(name) for name in changed):
        return LEFT[0]
    return LEFT[2] if all(digests.get(name) == later.get(name) for name in changed) else LEFT[1]


def mixed(
    state: Mapping[str, str],
    earlier: Mapping[str, str],
    later: Mapping[str, str],
    folders: Sequence[str] = OUTPUTS,
) -> list[str]:
    """The folders that are neither as before a command nor as after it."""

    def of(digests: Mapping[str, str], folder: str) -> dict[str, str]:
        return {name: digests[name] for name in digests if name.startswith(f"{folder}/")}

    return [
        folder
        for folder in folders
        if of(state, folder) not in (of(earlier, folder), of(later, folder))
    ]


def messages(home: Path) -> str:
    """A digest of everything that `notify` recorded as sent, each thing once, in any order; the
    recipient is left out, since the receiving server has another address in each process."""
    lines = (home / "notified.jsonl").read_text("utf-8").splitlines()
    # A line of what was about to be sent lacks its first character until it was.
    keys = sorted({json.loads(line)["key"] for line in lines if line.startswith("{")})
    return hashlib.sha256("\n".join(keys).encode()).hexdigest() if keys else ""


def shown(home: Path) -> dict[str, str]:
    """Digests of what others see of a home, at any moment: all of `state` but the warehouse."""
    return state(home, (SERVING,))


def state(home: Path, warehouses: Sequence[str] = WAREHOUSES) -> dict[str, str]:
    """Digests of all that counts: published tables, ledger, raw history, decisions, people."""
    digests = {}
    for name in warehouses:
        if not (home / name).exists():
            continue
        with duckdb.connect(str(home / name), read_only=True) as con:
            for table in PUBLISHED:
                rows = con.execute(table.select).fetchall()
                digests[f"{name} {table.qualified}"] = hashlib.sha256(
                    repr(rows).encode()
                ).hexdigest()
    digests["what was told"] = messages(home) if (home / "notified.jsonl").exists() else ""
    people = sorted(people_of(home, make=False).values.items())
    digests["people"] = hashlib.sha256(repr(people).encode()).hexdigest()
    for folder in ("ledger", "raw", "landing", "site", *OUTPUTS):
        for path in sorted((home / folder).rglob("*")):
            name = path.relative_to(home).as_posix()
            # Unfinished copies begin with a dot and do not count. The moment of a clock differs
            # from run to run.
            own = path.name == MADE or any(part[0] == "." for part in Path(name).parts)
            if path.is_file() and not own:
                data = _without_moment(path) if path.name == NAME else path.read_bytes()
                digests[name] = hashlib.sha256(data).hexdigest()
    return digests


def _without_moment(log: Path) -> bytes:
    """The record of erasures without the moments of a clock, and so without its chain."""
    lines = map(json.loads, log.read_text("utf-8").splitlines())
    clocks = ("at", "previous")
    kept = [{name: value for name, value in line.items() if name not in clocks} for line in lines]
    return json.dumps(kept, sort_keys=True).encode()


def differences(one: Path, other: Path) -> list[str]:
    """Every table and file that is not the same in two homes."""
    first, second = state(one), state(other)
    return [
        f"{name} differs after kills"
        for name in sorted(first.keys() | second.keys())
        if first.get(name) != second.get(name)
    ]
