"""Commands on a nearly full disk: what they say, what they leave, and that they succeed once there
is room.

Belongs here: the disk, the attempts, what is wrong about one. Does not: which commands are tried
(story.py), or what a home holds (homes.py).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import kills
from tests.faults.homes import LEFT, left, mixed, shown
from tests.faults.program import arrive
from tests.faults.receiving import RECEIVING
from tests.faults.story import OUTPUTS

# Room in bytes; the last is more than any command of the story needs.
ROOMS = (0, *(4**power << 10 for power in range(2, 10)))
SAYS = re.compile(r"^plumbline: .*(no space left|a disk is full or fails)", re.MULTILINE)
BROKEN = re.compile(r"Traceback|Segmentation fault|--debug")
# Beginnings of what a message names: a place, or a folder as the command was given it.
NAMED = ("HOME", "TEMPORARY", *OUTPUTS)
# What others see at any moment, and so is whole at any moment.
WHOLE = (*OUTPUTS, "site")


class NoDisk(RuntimeError):
    """This account may not mount a file system."""


@dataclass
class Attempt:
    """One command on a disk with some room: exit code, what it said, what it left."""

    step: Sequence[str]
    room: int
    code: int
    output: str
    left: str
    wrong: list[str] = field(default_factory=list)


@contextmanager
def disk(place: Path) -> Iterator[Callable[[int | None], None]]:
    """A file system in memory at `place`, and what limits it to the room that it is given; None
    takes the limit away. Raises NoDisk."""
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(place)]
    if subprocess.run(words, capture_output=True).returncode:
        raise NoDisk("only who may mount has a disk to fill")

    def limit(room: int | None) -> None:
        usage = os.statvfs(place)
        used = (usage.f_blocks - usage.f_bfree) * usage.f_frsize
        size = "1g" if room is None else str(used + room)
        subprocess.run(["mount", "-o", f"remount,size={size}", str(place)], check=True)

    try:
        yield limit
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def attempts(
    home: Path, step: Sequence[str], limit: Callable[[int | None], None], rooms: Sequence[int]
) -> list[Attempt]:
    """A command with ever more room, each time from what the one before left, until it goes
    through."""
    earlier = shown(home)
    tried: list[Attempt] = []
    states: list[dict[str, str]] = []
    for room in rooms:
        limit(room)
        came = RECEIVING.came.total()
        code, output = kills.finish(home, step)
        limit(None)
        kills.settle(home)
        states.append(shown(home))
        output = output.replace(os.environ["TMPDIR"], "TEMPORARY").replace(f"{home} ", "HOME/ ")
        output = output.replace(str(home), "HOME")
        tried.append(Attempt(step, room, code, output, ""))
        if code and RECEIVING.came.total() != came:
            tried[-1].wrong.append("it sent what it could not note")
        if code == 0:
            break
    for attempt, state in zip(tried, states, strict=True):
        attempt.left = left(state, earlier, states[-1])
        attempt.wrong += _wrong(attempt, mixed(state, earlier, states[-1], WHOLE))
    if tried[-1].code:
        tried[-1].wrong.append("it never went through")
    return tried


def _wrong(attempt: Attempt, mixtures: list[str]) -> list[str]:
    wrong = [f"a mixture of two outputs in {name}" for name in mixtures]
    if attempt.code == 0:
        return wrong
    if attempt.code != 1:
        wrong.append(f"exit {attempt.code}")
    if not SAYS.search(attempt.output) or not any(f"{p}/" in attempt.output for p in NAMED):
        wrong.append("it does not say which disk is full")
    if attempt.step[0] == "publish" and (attempt.left != LEFT[0]) != (
        "is published" in attempt.output
    ):
        wrong.append("it does not say whether the year is published")
    if BROKEN.search(attempt.output):
        wrong.append("it ends in an error of the program's own")
    return wrong


def filled(
    work: Path, steps: Sequence, rooms: Sequence[int] = ROOMS, begun: Path | None = None
) -> list[Attempt]:
    """The story on a disk that is full again at each command; `work/full` then holds its home.

    `begun`: a home with what came before these steps. Temporary files lie on the same disk. Raises
    NoDisk.
    """
    tried: list[Attempt] = []
    with disk(work / "disk") as limit:
        home = work / "disk" / "home"
        if begun is None:
            kills.prepare(home)
        else:
            shutil.copytree(begun, home, symlinks=True)
        (home.parent / "tmp").mkdir()
        os.environ["TMPDIR"] = str(home.parent / "tmp")
        try:
            for step in steps:
                if isinstance(step, str):
                    arrive(home / "landing", step)
                else:
                    tried += attempts(home, step, limit, rooms)
        finally:
            del os.environ["TMPDIR"]
            shutil.copytree(home, work / "full", symlinks=True)
    return tried


def lines(tried: Sequence[Attempt]) -> list[str]:
    """A table: for each command how often the disk was full, and what that left."""
    rows = [("command", "full", *LEFT)]
    for name in sorted({attempt.step[0] for attempt in tried}):
        failed = [one for one in tried if one.step[0] == name and one.code]
        rows.append((name, len(failed), *(sum(o.left == what for o in failed) for what in LEFT)))
    return [f"{row[0]:<8}" + "".join(f"{cell!s:>12}" for cell in row[1:]) for row in rows]
