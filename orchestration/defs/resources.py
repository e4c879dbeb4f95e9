"""Where the assets find their places, and the pool that lets one of them write at a time.

Belongs here: resources. Does not: work.
"""

import contextlib
from collections.abc import Iterator

import dagster as dg
import duckdb

from orchestration import settings, warehouse

# DuckDB has one writer: every asset that opens the warehouse stands in this one-slot pool, and
# the executor stays in one process.
WRITER_POOL = "warehouse"


class Program(dg.ConfigurableResource):
    """One partner program: landing zone, warehouse, site and policy set.

    Empty fields mean the environment (PLUMBLINE_LANDING and so on), then PLUMBLINE_HOME.
    """

    landing: str = ""
    warehouse: str = ""
    site: str = ""
    policy: str = ""

    @property
    def places(self) -> settings.Locations:
        """The resolved places."""

        def path(text: str):
            return settings.Path(text) if text else None

        return settings.locations(
            path(self.landing), path(self.warehouse), path(self.site), self.policy or None
        )

    @contextlib.contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-write connection with every table of the landing contract in place."""
        from ingest.deliveries.landing_tables import create_tables

        self.places.warehouse.parent.mkdir(parents=True, exist_ok=True)
        with warehouse.connect(self.places.warehouse) as con:
            create_tables(con)
            yield con
