"""dbt's own connection, made able to read the usage feed where it lies in an object store.

Belongs here: what dbt-duckdb calls when it has opened a connection (transforms/profiles.yml). Does
not: giving a connection that ability (warehouse.py), or reading (ingest/sources/in_place.py).
"""

from __future__ import annotations

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from orchestration.warehouse import let_read_places


class Plugin(BasePlugin):
    """The part of the plugin interface that dbt-duckdb calls."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Let the connection read places, where the landing zone lies in a store."""
        let_read_places(conn)
