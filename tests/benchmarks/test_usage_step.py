"""The contenders of the usage step agree, on a feed of a few thousand events.

Belongs here: that the benchmark runs and compares like with like. Does not: how long it takes.
"""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.usage import environment, from_before, generated


def test_the_step_and_the_landing_give_what_plain_queries_give(tmp_path):
    generated(tmp_path, 20_000)
    digests = {}
    for name in ("plumbline", "landing", "bare", "polars"):
        from_before(tmp_path, name)()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.usage_step", name, str(tmp_path)],
            env={**os.environ, **environment(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        digests[name] = done.stdout.splitlines()[-1]
    assert len(set(digests.values())) == 1 and digests["bare"], digests
