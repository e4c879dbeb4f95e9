"""Commands killed at random points, run again, and held against a program that nobody harmed.

Belongs here: the story, the kills, the comparison. Does not: the program's files (program.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingest.deliveries.raw_store import FILE
from ingest.erasing.log import NAME
from ingest.people.store import KEY, people_of
from scoring.ledger.files import MADE, read_ledger
from scoring.published import PUBLISHED
from tests.faults.program import RECEIVED, arrive, receive
from tests.faults.receiving import RECEIVING
from tests.faults.story import OUTPUTS

OWN = ("PLUMBLINE_LANDING", "PLUMBLINE_WAREHOUSE", "PLUMBLINE_SITE", "PLUMBLINE_POLICY")
KILLED = -signal.SIGKILL
# A child that kills itself before its n-th change to a file below the given folder.
AT_CHANGE = """
import os, signal, sys
folder, left = sys.argv[1], int(sys.argv[2])
sys.argv = ["plumbline", *sys.argv[3:]]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def hook(event, args):
    global left
    changed = event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.copyfile")
    if event == "open" and isinstance(args[2], int):
        changed = bool(args[2] & WRITES)
    if changed and any(isinstance(a, (str, os.PathLike)) and folder in str(a) for a in args):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from orchestration.entry import main
main()
"""
# A command that takes so long waits for something that does not come.
PATIENCE = 300
PLAIN = "from orchestration.entry import main; main()"


@dataclass
class Tally:
    """What was seen: kills by command, commands that ended before their kill, what differed."""

    kills: Counter = field(default_factory=Counter)
    too_late: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another one in."""
        self.kills += other.kills
        self.too_late += other.too_late
        self.differences += other.differences


def prepare(home: Path) -> None:
    """A home without anything but the secret of tokens, so that two homes make the same ones."""
    (home / "landing").mkdir(parents=True)
    (home / KEY).write_bytes(b"5e" * 32)
    (home / KEY).chmod(FILE)


def environment(home: Path) -> dict[str, str]:
    """A command's own environment: nothing of a run in this process."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    return {**kept, "PLUMBLINE_HOME": str(home), "COLUMNS": "100"}


def start(home: Path, command: Sequence[str], changes: int | None = None) -> subprocess.Popen:
    """A command as a process; with `changes` it kills itself before that change to a file."""
    command = [word.format(receiver=RECEIVING.address) for word in command]
    told = [PLAIN, *command] if changes is None else [AT_CHANGE, str(home), str(changes), *command]
    return subprocess.Popen(
        [sys.executable, "-c", *told],
        cwd=home,
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(home: Path, command: Sequence[str]) -> tuple[int, str]:
    """Run a command to its end; its exit code and what it said of errors."""
    process = start(home, command)
    try:
        _, said = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return process.returncode, f"no end within {PATIENCE} s"
    return process.returncode, said


def unharmed(home: Path, story: Sequence) -> dict[Sequence[str], float]:
    """Go through the story without harm; how long each command took, by its place in it."""
    seconds: dict = {}
    for place, step in enumerate(story):
        if isinstance(step, str):
            arrive(home / "landing", step)
            continue
        began = time.monotonic()
        code, said = finish(home, step)
        if code != 0:
            raise AssertionError(f"{' '.join(step)}: exit {code}: {said}")
        seconds[place] = time.monotonic() - began
        settle(home)
    return seconds


def settle(home: Path) -> None:
    """Date the files that people's decisions wrote, so that no clock makes two programs differ."""
    files = (home / "landing" / "decisions").glob("[!.]*")
    receive(home / "landing", {f"decisions/{p.name}": RECEIVED["dispute"] for p in files})


def harmed(
    home: Path, story: Sequence, seconds: dict, kills: dict[str, int], rng: random.Random
) -> Tally:
    """Go through the story, killing each command as often as `kills` says of its first word."""
    tally = Tally()
    for place, step in enumerate(story):
        if isinstance(step, str):
            arrive(home / "landing", step)
            continue
        before = len(read_ledger(home / "ledger").publications)
        earlier, seen = outputs(home), []
        for _ in range(kills.get(step[0], 0)):
            if _kill_once(home, step, seconds[place], rng):
                tally.kills[step[0]] += 1
            else:
                tally.too_late += 1
            settle(home)
            tally.differences += _still_usable(home, step, before)
            seen.append(outputs(home))
        code, said = finish(home, step)
        settle(home)
        done = step[0] == "publish" and "is published already" in said
        if code != 0 and not (done and len(read_ledger(home / "ledger").publications) > before):
            tally.differences.append(f"{' '.join(step)} after kills: exit {code}: {said}")
        tally.differences += [
            f"{' '.join(step)}: a mixture of two outputs after a kill: {mixed}"
            for found in seen
            if (mixed := _mixed(found, earlier, outputs(home)))
        ]
    return tally


def outputs(home: Path) -> dict[str, dict[str, str]]:
    """What each folder of OUTPUTS holds: name of a file to its digest."""
    return {
        folder: {
            path.relative_to(home / folder).as_posix(): hashlib.sha256(
                path.read_bytes()
            ).hexdigest()
            for path in sorted((home / folder).rglob("*"))
            if path.is_file()
        }
        for folder in OUTPUTS
    }


def told(home: Path) -> str:
    """A digest of all that `notify` noted as told, each thing once, in any order; whom it was told
    is left out, since what takes it in has an address of its own in each process."""
    rows = map(json.loads, (home / "notified.jsonl").read_text("utf-8").splitlines())
    keys = sorted({row["key"] for row in rows})
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def _mixed(found: dict, earlier: dict, later: dict) -> list[str]:
    """Folders that are neither as before the command nor as after it."""
    return [name for name in OUTPUTS if found[name] not in (earlier[name], later[name])]


def _kill_once(home: Path, step: Sequence[str], seconds: float, rng: random.Random) -> bool:
    """Half of the kills come at a random moment, half at a random change to a file."""
    if rng.random() < 0.5:
        process = start(home, step, changes=rng.randint(1, 60 if step[0] == "run" else 14))
        patience = PATIENCE
    else:
        process = start(home, step)
        patience = seconds * rng.random()
    try:
        process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode == KILLED


def _still_usable(home: Path, step: Sequence[str], before: int) -> list[str]:
    """What is wrong for a reader right after a kill; empty when nothing is."""
    found = []
    count = len(read_ledger(home / "ledger").publications)
    if count not in (before, before + (step[0] == "publish")):
        found.append(f"{' '.join(step)}: {count} publications after a kill, {before} before")
    serving = home / "plumbline.duckdb.serving"
    if serving.exists():
        with duckdb.connect(str(serving), read_only=True) as con:
            con.execute("from decisions.tier_assignments").fetchall()
    return found


def state(home: Path) -> dict[str, str]:
    """Digests of all that counts: published tables, ledger, raw history, decisions, people."""
    found = {}
    for name in ("plumbline.duckdb", "plumbline.duckdb.serving"):
        with duckdb.connect(str(home / name), read_only=True) as con:
            for table in PUBLISHED:
                rows = con.execute(table.select).fetchall()
                found[f"{name} {table.qualified}"] = hashlib.sha256(repr(rows).encode()).hexdigest()
    found["what was told"] = told(home) if (home / "notified.jsonl").exists() else ""
    people = sorted(people_of(home, make=False).values.items())
    found["people"] = hashlib.sha256(repr(people).encode()).hexdigest()
    for folder in ("ledger", "raw", "landing", "site", *OUTPUTS):
        for path in sorted((home / folder).rglob("*")):
            name = path.relative_to(home).as_posix()
            # Unfinished copies begin with a dot and are nobody's.
            # The moment of a clock is of its own run.
            own = path.name == MADE or any(part[0] == "." for part in Path(name).parts)
            if path.is_file() and not own:
                data = _without_moment(path) if path.name == NAME else path.read_bytes()
                found[name] = hashlib.sha256(data).hexdigest()
    return found


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
