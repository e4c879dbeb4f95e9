"""The developer platform's API call activity report: one app's production calls of 30 days.

Belongs here: that layout and the app's id from its folder. Does not: what the calls prove.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from ingest.judging.contract import entity
from ingest.judging.headers import fold
from ingest.judging.table import RawTable, ReadContext, Refused
from ingest.readers import delimited
from ingest.readers.text import decode

ENTITY = "api_call_activity"


def app_of(file: str) -> str:
    """The app's id: the folder in `app_usage/api_call_activity/<app_id>/<any>.csv`, else ""."""
    parts = PurePosixPath(file).parts
    return parts[2] if len(parts) > 3 and parts[1] == ENTITY else ""


def read(path: Path, data: bytes, context: ReadContext) -> list[RawTable]:
    """Read one report. Its rows get the folder's app_id; the key (app_id, date, response_code,
    http_method, normalized_route) keeps overlapping windows from counting twice.

    Refused when it is in no app's folder, or its header is not `Date,Response Code,HTTP
    Method,Normalized Route,Count`.
    """
    spec = entity(ENTITY)
    app_id = app_of(context.file)
    if not app_id:
        raise Refused("path", f"the report names no app; put it under app_usage/{ENTITY}/<app_id>/")
    ours = [column.name for column in spec.columns if column.name not in spec.from_path]
    text, _ = decode(data)
    parsed = delimited.parse(text, {fold(name) for name in ours})
    if sorted(map(fold, parsed.header)) != sorted(map(fold, ours)):
        problem = delimited.without_names(parsed)
        if problem is None:
            problem = (
                f"the header is {','.join(parsed.header)[:200]}; the vendor's report has exactly "
                "Date,Response Code,HTTP Method,Normalized Route,Count: download it again"
            )
        raise Refused("header", problem)
    return [
        RawTable(
            ENTITY,
            parsed.header,
            parsed.rows,
            parsed.row_numbers,
            broken=parsed.broken,
            defaults={"app_id": app_id},
        )
    ]
