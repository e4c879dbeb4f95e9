"""What dbt calls `adapter`, for the SQL linter: a dispatched macro is DuckDB's, else the default.

Belongs here: what lets sqlfluff's Jinja templater read the models without dbt. Nothing else.
"""

from __future__ import annotations

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, macro_name: str, macro_namespace: str | None = None) -> Any:
    """The macro that dbt would run on DuckDB for that name; LookupError where there is none."""
    for prefix in ("duckdb__", "default__"):
        if prefix + macro_name in context:
            return context[prefix + macro_name]
    raise LookupError(f"no macro duckdb__{macro_name} or default__{macro_name}")
