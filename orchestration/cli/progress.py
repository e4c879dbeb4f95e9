"""Progress of a run at the terminal.

Belongs here: drawing. Does not: measuring, or anything that changes the run.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from orchestration import progress

# What a run reports beside dbt's nodes: policy, sources, resolution, scoring, site, day, copy.
OTHER_STEPS = 14


@contextlib.contextmanager
def shown_progress(shown: bool) -> Iterator[None]:
    """A bar with time left at a terminal, one line per stage elsewhere, nothing with --json."""
    if not shown:
        yield
        return
    if sys.stderr.isatty():
        with _bar():
            yield
        return
    stages: set[str] = set()

    def line(stage: str, detail: str) -> None:
        # Models are reported from several threads, and one line is enough for all.
        known = stage in stages
        stages.add(stage)
        if not known or stage != "dbt":
            print(f"{stage}: {detail}", file=sys.stderr)

    with _listening(line):
        yield


@contextlib.contextmanager
def _listening(listener) -> Iterator[None]:
    progress.listen(listener)
    try:
        yield
    finally:
        progress.listen(None)


@contextlib.contextmanager
def _bar() -> Iterator[None]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from orchestration.cli.door import SafeConsole

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=SafeConsole(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("starting", total=OTHER_STEPS + _dbt_nodes())

        def advance(stage: str, detail: str) -> None:
            bar.update(task, advance=1, description=f"{stage}: {detail}"[:60].ljust(60))

        with _listening(advance):
            yield


def _dbt_nodes() -> int:
    from orchestration.dbt import manifest_json

    nodes = manifest_json()["nodes"].values()
    return sum(1 for node in nodes if node["resource_type"] in ("model", "test"))
