"""The long forms: `python -m tests.faults kill --rounds 4`, `fill` and `tamper`.

Belongs here: arguments and counts. Does not: the harm (kills.py, tamper.py).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from dataclasses import astuple
from pathlib import Path

from tests.faults import filling, homes, kills, story, tamper


def main() -> int:
    """Do the harm asked for; exit code 1 when anything was lost, doubled or not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("harm", choices=["kill", "fill", "tamper"])
    parser.add_argument("--work", type=Path, help="Folder to work in (default: a temporary one).")
    parser.add_argument("--rounds", type=int, default=4, help="kill: how often the story is told.")
    parser.add_argument("--kills", type=int, default=0, help="kill: more rounds, up to so many.")
    parser.add_argument("--runs", type=int, default=5, help="kill: kills of each run.")
    parser.add_argument("--publishes", type=int, default=9, help="kill: kills of each publish.")
    parser.add_argument("--decides", type=int, default=5, help="kill: kills of each decide.")
    parser.add_argument("--outputs", type=int, default=5, help="kill: kills of what gives out.")
    parser.add_argument("--erases", type=int, default=6, help="kill: kills of each erase.")
    parser.add_argument("--tries", type=int, default=20_000, help="tamper: bytes to change.")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="plumbline-faults-") as folder:
        work = (options.work or Path(folder)).resolve()
        calm = work / "unharmed"
        courses = _unharmed(calm)
        if options.harm == "fill":
            return _fill(work)
        return _tamper(calm, options) if options.harm == "tamper" else _kill(work, courses, options)


def _unharmed(home: Path) -> dict[int, kills.Course]:
    """The story without harm, once for a folder to work in; how it went by place in the story."""
    noted = home / "courses.json"
    if noted.exists():
        read = json.loads(noted.read_text())
        return {int(place): kills.Course(*course) for place, course in read.items()}
    kills.prepare(home)
    courses = kills.unharmed(home, story.STORY)
    noted.write_text(json.dumps({place: astuple(course) for place, course in courses.items()}))
    print(f"unharmed: {sum(course.seconds for course in courses.values()):.0f} s", flush=True)
    return courses


def _tamper(home: Path, options: argparse.Namespace) -> int:
    tally = tamper.tamper(home, options.tries, options.seed)
    for line in tally.unnoticed:
        print(f"unnoticed: {line}")
    counts = ", ".join(f"{count} in {kind}" for kind, count in sorted(tally.tried.items()))
    print(
        f"{tally.tried.total()} single-byte changes tried ({counts}), "
        f"{len(tally.unnoticed)} unnoticed"
    )
    return 1 if tally.unnoticed else 0


def _fill(work: Path) -> int:
    tried = filling.filled(work, story.STORY)
    wrong = homes.differences(work / "unharmed", work / "full")
    for attempt in tried:
        trial = f"{' '.join(attempt.step[:3])}, {attempt.room >> 10} KB of room"
        wrong += [f"{trial}: {what}: {attempt.output[-2000:]}" for what in attempt.wrong]
    for line in wrong:
        print(f"wrong: {line}")
    print("\n".join(filling.lines(tried)))
    print(f"{sum(one.code != 0 for one in tried)} times a full disk, {len(wrong)} times wrong")
    return 1 if wrong else 0


def _kill(work: Path, courses: dict[int, kills.Course], options: argparse.Namespace) -> int:
    often = {"run": options.runs, "publish": options.publishes, "decide": options.decides}
    often["erase"] = options.erases
    often |= dict.fromkeys((*story.OUTPUTS, "notify"), options.outputs)
    total = kills.Tally()
    number = 0
    while number < options.rounds or total.kills < options.kills:
        seed = options.seed + number
        number += 1
        home = work / f"harmed-{seed}"
        kills.prepare(home)
        rng = random.Random(seed)
        tally = kills.harmed(home, story.STORY, courses, often, rng)
        tally.differences += homes.differences(work / "unharmed", home)
        total.add(tally)
        counted = f"{total.kills} kills, {len(total.differences)} differences so far"
        print(f"round {number}, seed {seed}: {counted}", flush=True)
        for line in tally.differences:
            print(f"different: {line}", flush=True)
        if not tally.kills:
            break
    print("\n".join(total.lines()))
    print(f"{len(total.differences)} differences from the unharmed program")
    return 1 if total.differences else 0


if __name__ == "__main__":
    sys.exit(main())
