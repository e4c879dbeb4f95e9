"""Where the assets find their places, and the pool that lets only one of them write at a time.

Belongs here: resources. Does not: work.
"""

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import duckdb
from pydantic import PrivateAttr

from orchestration import past_runs, settings, warehouse
from orchestration.defs.launch_words import AS_STARTED, chosen

# DuckDB has one writer: every asset that opens the warehouse is in this one-slot pool, and the
# executor stays in one process.
WRITER_POOL = "warehouse"
# The op whose configuration says what to run and as of which moment.
REQUEST_OP = "run_request_and_policy"


class Program(dg.ConfigurableResource):
    """One partner program: landing zone, warehouse, site and policy set.

    An empty field means the value in the environment (PLUMBLINE_LANDING and so on), else the
    default under PLUMBLINE_HOME.
    """

    landing: str = AS_STARTED
    warehouse: str = AS_STARTED
    site: str = AS_STARTED
    policy: str = AS_STARTED

    _known_at: datetime | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Read the run's known-at moment from its own configuration."""
        config: Any = context.run.run_config if context.run is not None else {}
        stated = chosen(config.get("ops", {}).get(REQUEST_OP, {}).get("config", {}).get("known_at"))
        self._known_at = moment(stated) if stated else None

    @property
    def places(self) -> settings.Locations:
        """The places of this run: those configured, or others for a past moment (past_runs.py)."""
        return past_runs.places_for(self.configured, self._known_at)

    @property
    def configured(self) -> settings.Locations:
        """The program's places, resolved. Raises dg.Failure in a UI that is pinned to others."""

        def path(text: str):
            return settings.Path(text) if chosen(text) else None

        pinned = settings.locations(
            path(self.landing), path(self.warehouse), path(self.site), chosen(self.policy)
        )
        if os.environ.get(settings.PINNED_VARIABLE) and pinned != settings.locations():
            own = settings.locations()
            raise dg.Failure(
                f"this UI runs on {own.warehouse} with {own.landing} and {own.site} alone; leave "
                "the places of `program` as they are, or start `plumbline ui` on the others"
            )
        return pinned

    @contextlib.contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-write connection with every table of the landing contract in place."""
        from ingest.deliveries.landing_tables import create_tables

        self.places.warehouse.parent.mkdir(parents=True, exist_ok=True)
        with warehouse.connect(self.places.warehouse) as con:
            create_tables(con)
            yield con


def moment(text: str) -> datetime:
    """An ISO moment as UTC without a zone; without an offset it is UTC already."""
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
