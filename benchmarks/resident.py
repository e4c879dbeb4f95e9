"""A file that comes to `plumbline watch`, compared with the earlier build's run after that file.

Belongs here: the process that keeps running, one file after the other, what each took. Does not:
the earlier build (reference.py), or a run that starts anew (arrivals.py).

Both builds read the landing zone that the earlier build's `demo` writes (quick.py). The earlier
build's runs take place between the arrivals, so that what disturbs the machine disturbs both.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Contender, alternate, program
from benchmarks.places import YEAR, as_it_was, places, received, workplace
from benchmarks.reference import reference
from benchmarks.results import case, keep

YEARLY = ["--year", str(YEAR)]
FEED = "reseller_reports/"
# Between two looks at the landing zone; a look costs next to nothing beside a run.
LOOK_SECONDS = 0.5
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 2**20


class Resident:
    """`plumbline watch` as a process of its own, after its first run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.spent = 0.0
        self.next_run()

    def next_run(self) -> tuple[dict, float, float]:
        """The output of the next run to end; its processor seconds, including those of its
        children; the MiB that the process holds after it."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        before, self.spent = self.spent, self._processor()
        statm = Path(f"/proc/{self.process.pid}/statm").read_text("utf-8")
        held = int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB
        return json.loads(line), self.spent - before, held

    def _processor(self) -> float:
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2]
        return sum(map(int, stat.split()[11:15])) / TICKS


@contextmanager
def resident(home: Path, landing: Path) -> Iterator[Resident]:
    """A process that is ended afterwards."""
    look = ["--every", str(LOOK_SECONDS), "--json"]
    process = subprocess.Popen(
        [program("plumbline"), "watch", *YEARLY, *look],
        env={**os.environ, **places(home, landing)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Resident(process)
    finally:
        process.terminate()
        process.wait()


def run(partners: int, arrivals: int, rounds: int) -> None:
    """Compare, and keep the result."""
    with workplace() as work:
        whole, landing, other = work / "whole", work / "landing", work / "landing-earlier"
        size = ["--partners", str(partners), "--usage-events", "200000"]
        demo = [str(reference()), "demo", "--landing", str(whole), *YEARLY, *size]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        files = _last(whole, arrivals)
        for place in (landing, other):
            received(whole, place)
            for name in files:
                (place / name).unlink()
            _tell_received(whole, place)
        _cold(program("plumbline"), work / "ours", landing)
        _cold(str(reference()), work / "earlier-before", other)
        earlier = Contender(
            "the earlier build's run after one file",
            [str(reference()), "run", *YEARLY],
            as_it_was(work / "earlier-before", work / "earlier"),
            places(work / "earlier", other),
        )
        _put(whole, other, files[0])
        ours = Contender("a file decided by plumbline watch", [])
        with resident(work / "ours", landing) as process:
            for number, name in enumerate(files):
                if number * rounds // arrivals > (number - 1) * rounds // arrivals:
                    alternate([earlier], 1)
                started = time.perf_counter()
                _put(whole, landing, name)
                answer, processor, held = process.next_run()
                if name not in answer["files"]:
                    raise RuntimeError(f"the run after {name} was of {answer['files']}")
                ours.seconds.append(time.perf_counter() - started)
                ours.processor.append(processor)
                ours.peak_mib.append(held)
                print(f"{name}: {processor:.2f} s of a processor, {held:.0f} MiB", flush=True)
    words = (
        f"{arrivals} reports of resellers came one after the other; the process held"
        f" {ours.peak_mib[0]:.0f} MiB after the first and {ours.peak_mib[-1]:.0f} MiB after the"
        f" last. By medians of processor seconds the ratio is {_ratio(ours, earlier):.2f}."
    )
    command = f"python -m benchmarks.resident --partners {partners} --arrivals {arrivals}"
    measured = case(
        f"{partners:,} partners",
        partners,
        [ours, earlier],
        earlier,
        f"{command} --rounds {rounds}",
        note=words,
    )
    keep("resident", measured)


def _ratio(ours: Contender, earlier: Contender) -> float:
    middle = [sorted(c.processor)[len(c.processor) // 2] for c in (ours, earlier)]
    return middle[0] / middle[1]


def _last(whole: Path, number: int) -> list[str]:
    """The files of the feed that were received last, in the order in which they came."""
    with (whole / "_received.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith(FEED)]
    rows.sort(key=lambda row: (row["received_at"], row["file"]))
    if len(rows) < number:
        raise SystemExit(f"there are {len(rows)} files of {FEED} only")
    return [row["file"] for row in rows[-number:]]


def _tell_received(whole: Path, landing: Path) -> None:
    """Write a list of receipts that names the files in the landing zone."""
    with (whole / "_received.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (landing / row["file"]).is_file()]
    hidden = landing / "._received.csv"
    with hidden.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(
            file, ["file", "received_at"], lineterminator="\n", extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows)
    hidden.replace(landing / "_received.csv")


def _put(whole: Path, landing: Path, name: str) -> None:
    """Put a file in place whole."""
    hidden = (landing / name).with_name(f".{Path(name).name}")
    shutil.copy2(whole / name, hidden)
    hidden.replace(landing / name)
    _tell_received(whole, landing)


def _cold(build: str, home: Path, landing: Path) -> None:
    home.mkdir()
    where = {**os.environ, **places(home, landing)}
    subprocess.run([build, "run", *YEARLY], check=True, env=where, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.resident")
    parser.add_argument("--partners", type=int, default=300)
    parser.add_argument("--arrivals", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    run(arguments.partners, arguments.arrivals, arguments.rounds)
