"""Runs contenders in turn as fresh processes: wall time, processor time, peak memory.

Belongs here: clocks, ceilings, the machine. Does not: what is run, or keeping and showing results
(results.py, report.py).
"""

from __future__ import annotations

import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

# A contender above either limit is stopped and reported so, before the machine suffers.
MOST_SECONDS = 20 * 60
MOST_MEMORY_SHARE = 0.75
LOOK_EVERY_SECONDS = 0.1
LIBRARIES = ("duckdb", "polars", "pyarrow", "dbt-core", "dagster")


@dataclass
class Contender:
    """A command to measure; `prepare` makes its starting state and is not measured.

    `outcome` is why it did not finish, else None; such a contender is not run again.
    """

    name: str
    command: list[str]
    prepare: Callable[[], None] = lambda: None
    environment: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)
    outcome: str | None = None
    last_lines: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Median wall time in seconds."""
        return statistics.median(self.seconds)


def alternate(contenders: list[Contender], rounds: int) -> None:
    """Run every contender once per round, so that what disturbs the machine disturbs all."""
    for turn in range(rounds):
        for contender in contenders:
            if contender.outcome is None:
                contender.prepare()
                _run(contender)
                outcome = contender.outcome or (
                    f"{contender.seconds[-1]:.2f} s, {contender.processor[-1]:.2f} s of a"
                    f" processor, {contender.peak_mib[-1]:.0f} MiB"
                )
                print(f"round {turn + 1}: {contender.name}: {outcome}", file=sys.stderr, flush=True)


def _run(contender: Contender) -> None:
    # A file, since a pipe that nobody reads while the child runs would stop a talkative one.
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(
            contender.command,
            env={**os.environ, **contender.environment},
            stdout=printed,
            stderr=errors,
        )
        watch = _Watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        watch.end()
        errors.seek(0)
        text = errors.read().decode(errors="replace")[-2000:]
        printed.seek(0)
        contender.last_lines.append(
            (printed.read().decode(errors="replace").splitlines() or [""])[-1]
        )
    contender.outcome = watch.stopped_for or _ran_out(os.waitstatus_to_exitcode(status), text)
    if contender.outcome is None and os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{contender.name} failed:\n{text}")
    contender.seconds.append(seconds)
    contender.processor.append(usage.ru_utime + usage.ru_stime)
    # ru_maxrss of a waited child is the maximum over the child and the children that it waited for.
    contender.peak_mib.append(usage.ru_maxrss / 1024)


def _ran_out(code: int, text: str) -> str | None:
    """Why a process ended for lack of memory, by its own message or by the system's; None
    otherwise."""
    by_word = any(word in text for word in ("OutOfMemoryException", "MemoryError"))
    return "out of memory" if by_word or code == -signal.SIGKILL else None


class _Watch:
    """Watches a process while it runs; stops it above a ceiling and says which."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.stopped_for: str | None = None
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def end(self) -> None:
        self.done.set()
        self.thread.join()

    def _look(self) -> None:
        started, most = time.monotonic(), MOST_MEMORY_SHARE * memory_gib()
        while not self.done.wait(LOOK_EVERY_SECONDS):
            if self._resident_gib() > most:
                self.stopped_for = f"stopped above {most:.0f} GiB"
            elif time.monotonic() - started > MOST_SECONDS:
                self.stopped_for = f"stopped after {MOST_SECONDS // 60} minutes"
            if self.stopped_for:
                os.kill(self.pid, signal.SIGKILL)
                return

    def _resident_gib(self) -> float:
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text("utf-8").split()[1])
        except (OSError, IndexError):
            return 0.0  # ended meanwhile, or a system without /proc: no ceiling then
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**30


def memory_gib() -> float:
    """The machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def machine() -> str:
    """The machine in a line: processors, memory, system, Python."""
    return (
        f"{os.cpu_count()} processors, {memory_gib():.0f} GiB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )


def versions() -> dict[str, str]:
    """The libraries that a contender may use, and their versions."""
    return {name: version(name) for name in LIBRARIES}


def python() -> str:
    """The interpreter of this environment."""
    return sys.executable


def program(name: str) -> str:
    """A console program of this environment."""
    return str(Path(sys.executable).with_name(name))
