"""The long forms: `python -m tests.faults kill --rounds 4` and `python -m tests.faults tamper`.

Belongs here: arguments and counts. Does not: the harm (kills.py, tamper.py).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

from tests.faults import kills, story, tamper


def main() -> int:
    """Do the harm asked for; exit code 1 when anything was lost, doubled or not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("harm", choices=["kill", "tamper"])
    parser.add_argument("--work", type=Path, help="Folder to work in (default: a temporary one).")
    parser.add_argument("--rounds", type=int, default=4, help="kill: how often the story is told.")
    parser.add_argument("--runs", type=int, default=5, help="kill: kills of each run.")
    parser.add_argument("--publishes", type=int, default=9, help="kill: kills of each publish.")
    parser.add_argument("--decides", type=int, default=5, help="kill: kills of each decide.")
    parser.add_argument("--outputs", type=int, default=5, help="kill: kills of what gives out.")
    parser.add_argument("--erases", type=int, default=6, help="kill: kills of each erase.")
    parser.add_argument("--tries", type=int, default=20_000, help="tamper: bytes to change.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="plumbline-faults-") as folder:
        work = (given.work or Path(folder)).resolve()
        calm = work / "unharmed"
        seconds = _unharmed(calm)
        return _tamper(calm, given) if given.harm == "tamper" else _kill(work, seconds, given)


def _unharmed(home: Path) -> dict:
    """The story without harm, once for a folder to work in; seconds by place in the story."""
    noted = home / "seconds.json"
    if noted.exists():
        return {int(place): spent for place, spent in json.loads(noted.read_text()).items()}
    kills.prepare(home)
    seconds = kills.unharmed(home, story.STORY)
    noted.write_text(json.dumps(seconds))
    print(f"unharmed: {sum(seconds.values()):.0f} s", flush=True)
    return seconds


def _tamper(home: Path, given: argparse.Namespace) -> int:
    tally = tamper.tamper(home, given.tries, given.seed)
    for line in tally.unnoticed:
        print(f"unnoticed: {line}")
    counts = ", ".join(f"{count} in {kind}" for kind, count in sorted(tally.tried.items()))
    print(
        f"{tally.tried.total()} single-byte changes tried ({counts}), "
        f"{len(tally.unnoticed)} unnoticed"
    )
    return 1 if tally.unnoticed else 0


def _kill(work: Path, seconds: dict, given: argparse.Namespace) -> int:
    often = {"run": given.runs, "publish": given.publishes, "decide": given.decides}
    often["erase"] = given.erases
    often |= dict.fromkeys((*story.OUTPUTS, "notify"), given.outputs)
    total = kills.Tally()
    for number in range(given.rounds):
        seed = given.seed + number
        home = work / f"harmed-{seed}"
        kills.prepare(home)
        rng = random.Random(seed)
        total.add(kills.harmed(home, story.STORY, seconds, often, rng))
        total.differences += kills.differences(work / "unharmed", home)
        told = f"{total.kills.total()} kills, {len(total.differences)} differences so far"
        print(f"round {number + 1}: {told}", flush=True)
    for line in total.differences:
        print(f"different: {line}")
    counts = ", ".join(f"{count} of {name}" for name, count in sorted(total.kills.items()))
    print(
        f"{total.kills.total()} kills ({counts}; {total.too_late} came too late), "
        f"{len(total.differences)} differences from the unharmed program"
    )
    return 1 if total.differences else 0


if __name__ == "__main__":
    sys.exit(main())
