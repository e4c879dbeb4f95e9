"""Runs contenders in turn as fresh processes and compares their medians.

Belongs here: clocks, peak memory, the machine. Does not: what is run.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Contender:
    """A command to measure; `prepare` makes its starting state and is not measured."""

    name: str
    command: list[str]
    prepare: Callable[[], None] = lambda: None
    environment: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Median wall time in seconds."""
        return statistics.median(self.seconds)


def alternate(contenders: list[Contender], rounds: int) -> None:
    """Run every contender once a round, so that what disturbs the machine disturbs all."""
    for turn in range(rounds):
        for contender in contenders:
            contender.prepare()
            seconds, processor, peak = _measured(contender)
            contender.seconds.append(seconds)
            contender.processor.append(processor)
            contender.peak_mib.append(peak)
            print(
                f"round {turn + 1}: {contender.name}: {seconds:.2f} s, "
                f"{processor:.2f} s of a processor, {peak:.0f} MiB",
                file=sys.stderr,
                flush=True,
            )


def _measured(contender: Contender) -> tuple[float, float, float]:
    """(wall seconds, processor seconds of it and all that it waited for, peak MiB)."""
    # A file, since a pipe that nobody reads while the child runs would stop a talkative one.
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            contender.command,
            env={**os.environ, **contender.environment},
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if os.waitstatus_to_exitcode(status) != 0:
            said.seek(0)
            text = said.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{contender.name} failed:\n{text}")
    # ru_maxrss of a waited child is the largest of the child and of what it waited for itself.
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def machine() -> str:
    """The machine in a line: processors, memory, system, Python."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (
        f"{os.cpu_count()} processors, {pages / 2**30:.0f} GiB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )


def table(contenders: list[Contender], baseline: Contender) -> str:
    """Medians with their range, peak memory, and the ratio to the baseline, as Markdown."""
    lines = [
        "| contender | median s | range s | processor s | peak MiB | ratio |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for contender in contenders:
        low, high = min(contender.seconds), max(contender.seconds)
        lines.append(
            f"| {contender.name} | {contender.median:.2f} | {low:.2f} to {high:.2f} |"
            f" {statistics.median(contender.processor):.2f} |"
            f" {max(contender.peak_mib):.0f} | {contender.median / baseline.median:.2f} |"
        )
    return "\n".join(lines)


def python() -> str:
    """The interpreter of this environment."""
    return sys.executable


def program(name: str) -> str:
    """A console program of this environment."""
    return str(Path(sys.executable).with_name(name))
