"""The header, the first rows and the folder of a file for which a column map is drafted.

Belongs here: reading them, whatever kind of table the file is. Does not: what they mean (draft.py).
"""

from __future__ import annotations

from pathlib import Path

from ingest.formats.contents import JSON, refuse_other_content
from ingest.judging.contract import entities
from ingest.judging.headers import fold
from ingest.judging.table import Refused
from ingest.readers import delimited, json_rows, parquet
from ingest.readers.text import decode

SAMPLE_ROWS = 500
LOOKED_AT = 4096  # characters in which a file that is not text gives itself away
OFFICE = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".numbers")


def sample(path: Path) -> tuple[tuple[str, ...], list[tuple[str | None, ...]]]:
    """The header of a csv, json or parquet file and its first rows, as text.

    Raises ValueError, with what to do, for a file that is no such table.
    """
    data = path.read_bytes()
    names = {fold(c.name) for e in entities() for c in e.columns}
    if path.suffix.lower() in OFFICE:
        problem = "is a workbook; save the sheet with the table as csv and draft the map from that"
        raise ValueError(f"{path.name} {problem}")
    try:
        refuse_other_content(data, path.suffix.lower())
        if path.suffix.lower() == ".parquet":
            table = parquet.read_rows(data, entities()[0])
            return table.header, list(table.rows[:SAMPLE_ROWS])
        try:
            text, _ = decode(data)
        except Refused as refused:
            if refused.rule != "encoding":
                raise
            text, _ = decode(data, "iso-8859-1")
        if path.suffix.lower() in JSON:
            table = json_rows.read_rows(text, entities()[0])
            return table.header, list(table.rows[:SAMPLE_ROWS])
        if "\x00" in text[:LOOKED_AT] or "\x1a" in text[:LOOKED_AT]:
            raise ValueError(f"{path.name} is not text; give a csv, json or parquet file")
        parsed = delimited.parse(text, names)
    except Refused as refused:
        raise ValueError(f"{path.name} can't be read as a table: {refused.message}") from refused
    title = delimited.without_names(parsed)
    if title is not None:
        raise ValueError(f"{path.name}: {title}; then draft the map")
    return parsed.header, list(parsed.rows[:SAMPLE_ROWS])


def folder_below(path: Path, name: str) -> str:
    """The folder below an entity's in which a file lies, as a partner's; else ""."""
    parts = path.absolute().parts
    return parts[parts.index(name) + 1] if name in parts[:-2] else ""
