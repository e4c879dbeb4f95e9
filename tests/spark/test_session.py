"""A session of Spark that ends too early is reported as such, and not as faults of the models.

Belongs here: what becomes of a run whose JVM is gone. Does not: rows (test_parity.py).
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from orchestration import settings
from orchestration.engines.steps import EngineFailed, engine_named, folder_between, run_models
from tests.oracle.programs import write_program
from tests.quick_run import models, quick_run

YEAR = 2025


def jvm_over(folder: Path) -> int:
    """The process whose session works in the folder; 0 if there is none."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:  # ended meanwhile
            continue
        if arguments[0].endswith("java") and any(str(folder) in argument for argument in arguments):
            return int(process.name)
    return 0


def end_jvm(folder: Path, given_up: threading.Event) -> None:
    """Wait for the first table that Spark has written, then kill its process."""
    while not given_up.wait(0.2):
        if any(folder.glob("models/*/*/_SUCCESS")):
            os.kill(jvm_over(folder), signal.SIGKILL)
            return


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds the process in /proc")
def test_a_jvm_that_ends_in_the_middle_is_told(tmp_path):
    warehouse = tmp_path / "plumbline.duckdb"
    write_program(tmp_path / "landing", 7, size="medium", year=YEAR, faulty=False)
    quick_run(tmp_path / "landing", warehouse, YEAR, models(tmp_path / "compiled"))
    spark = engine_named(settings.SPARK)
    over = threading.Event()
    ending = threading.Thread(target=end_jvm, args=(folder_between(spark, warehouse), over))
    ending.start()
    try:
        with pytest.raises(EngineFailed, match="Spark's JVM ended in the middle of the models"):
            run_models(spark, [warehouse])
    finally:
        over.set()
        ending.join()
