"""Spark sums the usage feed while it lands: one process for all statements of a landing.

Belongs here: starting that process when it is first needed, asking it, ending it. Does not: what is
asked (ingest/usage/elsewhere.py), or the session (remote_spark_feed.py).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import IO, Any

from ingest.sources.in_place import Place, is_place, place_of, signed
from ingest.sources.objects import StoreError
from ingest.usage.elsewhere import Answer, Request, summed_by
from orchestration import progress, settings

# With fewer bytes of new files a session costs more than it saves; PLUMBLINE_SPARK_FEED_BYTES.
LEAST_BYTES = 100_000_000
LEAST_VARIABLE = "PLUMBLINE_SPARK_FEED_BYTES"
# How long a worker may read an object: longer than any statement takes.
LASTING = timedelta(hours=12)

ADDRESS = re.compile(r"\w+://\S+")
LONGEST_REASON = 200


class FeedEngineGone(StoreError):
    """Spark ended while it summed the feed: no file is at fault, and the next run lands them
    again."""


class SparkFeed:
    """The process, its folder, and the statements so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.least_bytes = int(os.environ.get(LEAST_VARIABLE) or LEAST_BYTES)
        self.numbers = count()
        self.process: subprocess.Popen[str] | None = None
        self.log: IO[str] | None = None

    def folder_for(self, table: str) -> Path:
        """An empty folder for a table's parquet."""
        folder = self.folder / f"{table}-{next(self.numbers)}"
        folder.mkdir(parents=True)
        return folder

    def ask(self, request: Request) -> Answer | None:
        """Answer one statement; None where it failed or its objects can't be handed over, which is
        reported as progress of the run, with the reason.

        Raises EngineMissing without an environment of Spark, FeedEngineGone when it ended.
        """
        try:
            objects = [_to_read(place_of(file)) for file in request.files if is_place(file)]
        except StoreError as error:
            # The keys can't sign; DuckDB reads with them instead.
            _left_to_duckdb(str(error))
            return None
        out = self.folder / f"answer-{next(self.numbers)}"
        reply = self._send(
            {
                "files": [] if objects else list(request.files),
                "objects": objects,
                "schema": list(request.schema),
                "query": request.query,
                "tables": dict(request.tables),
                "out": str(out),
            }
        )
        if "error" in reply:
            _left_to_duckdb(reply["error"])
            return None
        return Answer(out, reply["rows"])

    def _send(self, message: dict[str, Any]) -> dict[str, Any]:
        process = self.process or self._start()
        assert process.stdin is not None and process.stdout is not None
        try:
            print(json.dumps(message), file=process.stdin, flush=True)
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise FeedEngineGone(f"Spark ended while it summed the feed: {self._last_words()}")
        return json.loads(line)

    def _start(self) -> subprocess.Popen[str]:
        from orchestration.engines.spark import spark_python

        python = spark_python()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = (self.folder / "feed.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [str(python), str(Path(__file__).with_name("remote_spark_feed.py")), str(self.folder)],
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            encoding="utf-8",
        )
        return self.process

    def _last_words(self) -> str:
        if self.log is None:
            return ""
        self.log.seek(0)
        lines = [line for line in self.log.read().splitlines() if not line.startswith("\tat ")]
        return "\n".join(lines[-10:])

    def close(self) -> None:
        """End the process and remove its folder."""
        if self.process is not None:
            self.process.communicate()
        if self.log is not None:
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _left_to_duckdb(reason: str) -> None:
    """Report that DuckDB sums instead of Spark, and why, without addresses, which may be signed."""
    words = ADDRESS.sub("(address)", reason.strip().partition("\n")[0])[:LONGEST_REASON]
    progress.report("spark", f"DuckDB sums a part of the feed instead: {words}")


def _to_read(place: Place) -> tuple[str, int, str]:
    """Everything that a worker needs to read this version of an object."""
    return signed(place, LASTING), place.size, place.etag


@contextmanager
def feed_summed_by(engine: str, warehouse: Path) -> Iterator[None]:
    """Inside this context Spark sums what lands of the feed, if it is the engine."""
    if engine != settings.SPARK:
        yield
        return
    # Other runs are spared the import.
    from orchestration.engines.spark import ENGINE
    from orchestration.engines.steps import folder_between

    feed = SparkFeed(folder_between(ENGINE, warehouse) / "feed")
    try:
        with summed_by(feed):
            yield
    finally:
        feed.close()
