"""Ctrl-C ends a run, whichever stage is at work, with the exit code that a shell expects.

Belongs here: what a person ends. Does not: a process that is killed (tests/faults).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import DEMO_YEAR

# Python drops an exception that a signal raises in a weak reference's callback, so a person may
# have to press again; this is the time in between.
PRESS_EVERY, PRESSES = 10, 6


@pytest.mark.parametrize("stage", ["land crm", "dbt: building"])
def test_ctrl_c_ends_a_run_in_every_stage(demo_landing, tmp_path, stage):
    """dbt passes an interruption on as an error without a message, or fails while it cancels
    queries; Dagster counts it as a failed step."""
    process = subprocess.Popen(
        [Path(sys.executable).with_name("plumbline"), "run", "--year", str(DEMO_YEAR)],
        env={
            **os.environ,
            "PLUMBLINE_HOME": str(tmp_path),
            "PLUMBLINE_LANDING": str(demo_landing),
            "PLUMBLINE_WAREHOUSE": str(tmp_path / "plumbline.duckdb"),
            "PLUMBLINE_SITE": str(tmp_path / "site"),
            # Models are built by dbt itself, which is what is ended.
            "PLUMBLINE_PLAIN": "compiled",
        },
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    messages: list[str] = []
    reader = threading.Thread(target=lambda: messages.extend(process.stderr or ()))
    reader.start()
    for _ in range(PRESSES):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PRESS_EVERY)
            break
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    reader.join()
    assert process.wait() == 130, messages
    assert not [line for line in messages if line.startswith("plumbline:")], messages
