"""Runs as OpenLineage events: what each reads and writes, to a file, to http, or to both.

Belongs here: the events of one run and where they go. Does not: the run, which never stops because
an event could not be sent; that is a fault of the finished run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import uuid4

from orchestration.config import BadConfig, config_file, section, with_secrets
from orchestration.config_model import SHAPES, section_faults
from orchestration.secrets import without_secrets
from orchestration.settings import Locations

PRODUCER = "https://pypi.org/project/plumbline"
NAMESPACE = "plumbline"
SECONDS = 10
READS = """select distinct source, entity from landing.deliveries
    where status <> 'refused' order by all"""


@dataclass(frozen=True)
class Sink:
    """Where events go, and the namespace that the program has there."""

    file: Path | None
    url: str | None
    key: str | None
    namespace: str


@dataclass
class LineageReport:
    """The events of one run; `faults` are the events that could not be sent, each as a sentence."""

    faults: list[str] = field(default_factory=list)


def sink() -> Sink | None:
    """The sink that `lineage:` configures; None without that section. Raises BadConfig."""
    settings = section("lineage")
    if not settings:
        return None
    wrong = section_faults("lineage", settings)
    if wrong:
        raise BadConfig(f"{config_file()}: {wrong[0]}; it knows {', '.join(_known())}")
    where, config = f"{config_file()}: lineage", config_file()
    base = config.resolve().parent if config else Path.cwd()
    file, url, key = settings.get("file"), settings.get("url"), settings.get("key")
    return Sink(
        base / Path(file).expanduser() if file else None,
        with_secrets(url, where) if url else None,
        with_secrets(key, where) if key else None,
        str(settings.get("namespace") or NAMESPACE),
    )


def _known() -> list[str]:
    return list(SHAPES["lineage"].model_fields)


@contextmanager
def reported(places: Locations, job: str, period: str) -> Iterator[LineageReport]:
    """Report that a run has begun, and then that it is complete or has failed, with what it read
    and wrote. Without `lineage:` nothing is sent."""
    outcome, to, run = LineageReport(), sink(), str(uuid4())
    if to is None:
        yield outcome
        return

    def report(kind: str, error: BaseException | None = None) -> None:
        try:
            _send(_event(places, job, period, run, kind, to.namespace, error), to)
        except Exception as failure:
            words = without_secrets(" ".join(str(failure).split()))
            outcome.faults.append(f"lineage: {kind.lower()} of {job} was not reported: {words}")

    report("START")
    try:
        yield outcome
    except BaseException as error:
        report("FAIL", error)
        raise
    report("COMPLETE")


def _event(
    places: Locations,
    job: str,
    period: str,
    run: str,
    kind: str,
    namespace: str,
    error: BaseException | None,
) -> str:
    """One event as JSON text on one line."""
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.generated import (
        documentation_job,
        error_message_run,
        job_type_job,
        processing_engine_run,
    )
    from openlineage.client.generated.base import set_producer
    from openlineage.client.serde import Serde

    set_producer(PRODUCER)
    run_facets: dict[str, Any] = {
        "processing_engine": processing_engine_run.ProcessingEngineRunFacet(
            version=metadata.version("plumbline"), name="plumbline"
        )
    }
    if error is not None:
        words = without_secrets(" ".join(str(error).split())) or type(error).__name__
        run_facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(words, "python")
    job_facets: dict[str, Any] = {
        "jobType": job_type_job.JobTypeJobFacet("BATCH", "PLUMBLINE", "JOB"),
        "documentation": documentation_job.DocumentationJobFacet(
            f"Lands what is new and computes {period} and every period before it."
        ),
    }
    inputs, outputs = _datasets(places, counted=kind == "COMPLETE")
    event = RunEvent(
        eventType=RunState[kind],
        eventTime=datetime.now(UTC).isoformat(),
        run=Run(run, run_facets),
        job=Job(namespace, f"{job}.{period}", job_facets),
        producer=PRODUCER,
        inputs=inputs,
        outputs=outputs,
    )
    return Serde.to_json(event)


def _datasets(places: Locations, counted: bool) -> tuple[list[Any], list[Any]]:
    """Landed entities read, and published tables written; rows are counted once all are there."""
    from openlineage.client.event_v2 import InputDataset, OutputDataset
    from openlineage.client.generated import (
        documentation_dataset,
        output_statistics_output_dataset,
        schema_dataset,
    )

    from dashboards.definitions import definitions
    from scoring.published import PUBLISHED

    read, counts = _warehouse(places, counted)
    zone = places.address or f"file://{places.landing}"
    inputs = [InputDataset(zone, f"{source}/{entity}") for source, entity in read]
    outputs = []
    for table in PUBLISHED:
        described = definitions()[table.qualified]
        fields = [
            schema_dataset.SchemaDatasetFacetFields(name, kind, described.columns.get(name) or None)
            for name, kind in table.columns
        ]
        facets: dict[str, Any] = {
            "schema": schema_dataset.SchemaDatasetFacet(fields),
            "documentation": documentation_dataset.DocumentationDatasetFacet(described.words),
        }
        rows: dict[str, Any] = {}
        if table.qualified in counts:
            statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet
            rows["outputStatistics"] = statistics(rowCount=counts[table.qualified])
        outputs.append(
            OutputDataset(
                f"duckdb://{places.warehouse}", table.qualified, facets=facets, outputFacets=rows
            )
        )
    return inputs, outputs


def _warehouse(places: Locations, counted: bool) -> tuple[list[tuple], dict[str, int]]:
    import duckdb

    from orchestration.warehouse import connect
    from scoring.published import PUBLISHED

    if not counted:
        return [], {}
    counts = {}
    with connect(places.warehouse) as con:
        for table in PUBLISHED:
            try:
                row = con.execute(f"select count(*) from {table.qualified}").fetchone()
            except duckdb.CatalogException:
                continue
            counts[table.qualified] = int(row[0]) if row else 0
        return con.execute(READS).fetchall(), counts


def _send(event: str, to: Sink) -> None:
    if to.file is not None:
        to.file.parent.mkdir(parents=True, exist_ok=True)
        # One write of one line at the file's end, so that two programs may share it.
        handle = os.open(to.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, event.encode() + b"\n")
        finally:
            os.close(handle)
    if to.url is not None:
        import httpx

        headers = {"Content-Type": "application/json"}
        if to.key:
            headers["Authorization"] = f"Bearer {to.key}"
        answer = httpx.post(to.url, content=event.encode(), headers=headers, timeout=SECONDS)
        answer.raise_for_status()
