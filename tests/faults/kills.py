"""Commands killed at random points, run again, and compared with an undisturbed program.

Belongs here: the story, the kills, the comparison. Does not: the program's files (program.py).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingest.atomic import OWN_FILE
from ingest.people.store import KEY
from scoring.ledger.files import read_ledger
from tests.faults.homes import LEFT, left, mixed, shown
from tests.faults.program import RECEIVED, arrive, receive
from tests.faults.receiving import RECEIVING

OWN = ("PLUMBLINE_LANDING", "PLUMBLINE_WAREHOUSE", "PLUMBLINE_SITE", "PLUMBLINE_POLICY")
KILLED = -signal.SIGKILL
# A child that counts its changes to files below the given folder and kills itself before the n-th.
AT_CHANGE = """
import os, signal, sys
folder, last = sys.argv[1], int(sys.argv[2])
count, noted = 0, os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT, 0o600)
sys.argv = ["plumbline", *sys.argv[4:]]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def hook(event, args):
    global count
    changed = event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.copyfile")
    if event == "open" and isinstance(args[2], int):
        changed = bool(args[2] & WRITES)
    if changed and any(isinstance(a, (str, os.PathLike)) and folder in str(a) for a in args):
        count += 1
        os.pwrite(noted, str(count).encode(), 0)
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from orchestration.entry import main
main()
"""
# How `publish` is refused where nothing of it is left to do.
PUBLISHED = "is published already"
# A command that takes this long waits for something that does not come.
PATIENCE = 300
PLAIN = "from orchestration.entry import main; main()"


@dataclass
class Tally:
    """What was seen: kills by command and by what they left (one of LEFT), commands that ended
    before their kill, and what differed."""

    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    too_late: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How many commands were killed."""
        return self.left.total()

    def add(self, other: Tally) -> None:
        """Count another one in."""
        self.left += other.left
        self.too_late += other.too_late
        self.differences += other.differences

    def lines(self) -> list[str]:
        """A table: a line for each command, and one for all of them."""
        commands = sorted({name for name, _ in self.left} | set(self.too_late))
        rows = [("command", "kills", *LEFT, "too late")]
        for name in commands:
            counts = [self.left[name, what] for what in LEFT]
            rows.append((name, sum(counts), *counts, self.too_late[name]))
        counts = [sum(self.left[name, what] for name in commands) for what in LEFT]
        rows.append(("all", self.kills, *counts, self.too_late.total()))
        return [f"{row[0]:<8}" + "".join(f"{cell!s:>12}" for cell in row[1:]) for row in rows]


@dataclass(frozen=True)
class Course:
    """How a command goes when nobody harms it: seconds, and changes to files that Python makes."""

    seconds: float
    changes: int


def prepare(home: Path) -> None:
    """A home without anything but the secret of tokens, so that two homes make the same ones."""
    (home / "landing").mkdir(parents=True)
    (home / KEY).write_bytes(b"5e" * 32)
    (home / KEY).chmod(OWN_FILE)


def environment(home: Path) -> dict[str, str]:
    """A command's own environment: nothing of a run in this process."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    return {**kept, "PLUMBLINE_HOME": str(home), "COLUMNS": "100"}


def start(home: Path, command: Sequence[str], change: int | None = None) -> subprocess.Popen:
    """A command as a process; with `change` it kills itself before that change to a file, none of
    them when it is 0, and notes beside the home how many it made."""
    command = [word.format(receiver=RECEIVING.address) for word in command]
    arguments = [PLAIN, *command]
    if change is not None:
        arguments = [AT_CHANGE, str(home), str(change), str(_noted(home)), *command]
    return subprocess.Popen(
        [sys.executable, "-c", *arguments],
        cwd=home,
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _noted(home: Path) -> Path:
    return home.with_name(f"{home.name}.changes")


def finish(home: Path, command: Sequence[str], change: int | None = None) -> tuple[int, str]:
    """Run a command to its end; its exit code and what it said of errors."""
    process = start(home, command, change)
    try:
        _, output = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return process.returncode, f"no end within {PATIENCE} s"
    return process.returncode, output


def unharmed(home: Path, story: Sequence) -> dict[int, Course]:
    """Go through the story without harm; how each command went, by its place in the story."""
    courses: dict[int, Course] = {}
    for place, step in enumerate(story):
        if isinstance(step, str):
            arrive(home / "landing", step)
            continue
        began = time.monotonic()
        _noted(home).write_text("0")
        code, output = finish(home, step, 0)
        if code != 0:
            raise AssertionError(f"{' '.join(step)}: exit {code}: {output}")
        changes = int(_noted(home).read_text())
        courses[place] = Course(time.monotonic() - began, changes)
        settle(home)
    return courses


def settle(home: Path) -> None:
    """Date the files that people's decisions wrote, so that no clock makes two programs differ."""
    files = (home / "landing" / "decisions").glob("[!.]*")
    receive(home / "landing", {f"decisions/{p.name}": RECEIVED["dispute"] for p in files})


def harmed(
    home: Path,
    story: Sequence,
    courses: Mapping[int, Course],
    kills: Mapping[str, int],
    rng: random.Random,
) -> Tally:
    """Go through the story, killing each command as often as `kills` says of its first word."""
    tally = Tally()
    for place, step in enumerate(story):
        if isinstance(step, str):
            arrive(home / "landing", step)
            continue
        before = len(read_ledger(home / "ledger").publications)
        earlier, states = shown(home), []
        for _ in range(kills.get(step[0], 0)):
            was_killed = _kill_once(home, step, courses[place], rng)
            settle(home)
            tally.differences += _still_usable(home, step, before)
            if was_killed:
                states.append(shown(home))
            else:
                tally.too_late[step[0]] += 1
        last = shown(home)
        code, output = finish(home, step)
        settle(home)
        later = shown(home)
        # Only if a kill came after the command's last work is there nothing left to do.
        done = step[0] == "publish" and PUBLISHED in output and last == later
        if code != 0 and not (done and len(read_ledger(home / "ledger").publications) > before):
            tally.differences.append(f"{' '.join(step)} after kills: exit {code}: {output}")
        for one in states:
            tally.left[step[0], left(one, earlier, later)] += 1
            if names := mixed(one, earlier, later):
                tally.differences.append(
                    f"{' '.join(step)}: a mixture of two outputs after a kill: {names}"
                )
    return tally


def _kill_once(home: Path, step: Sequence[str], course: Course, rng: random.Random) -> bool:
    """Half of the kills come at a random moment, half at a random change to a file."""
    if rng.random() < 0.5:
        process = start(home, step, rng.randint(1, max(course.changes, 1)))
        patience = PATIENCE
    else:
        process = start(home, step)
        patience = course.seconds * rng.random()
    try:
        process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode == KILLED


def _still_usable(home: Path, step: Sequence[str], before: int) -> list[str]:
    """What is wrong for a reader right after a kill; empty when nothing is."""
    faults = []
    count = len(read_ledger(home / "ledger").publications)
    if count not in (before, before + (step[0] == "publish")):
        faults.append(f"{' '.join(step)}: {count} publications after a kill, {before} before")
    serving = home / "plumbline.duckdb.serving"
    if serving.exists():
        with duckdb.connect(str(serving), read_only=True) as con:
            con.execute("from decisions.tier_assignments").fetchall()
    return faults
