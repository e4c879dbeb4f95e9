"""API pages for the tests, with the defects that the vendor's own samples show.

Belongs here: builders. Does not: assertions.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.formats import crossbeam
from ingest.judging.table import RawTable, ReadContext

BAD_MOMENT = "2025-10-028T16:00:00.103+00:00"


def overlap(**changes: Any) -> dict[str, Any]:
    """A live account overlap: `is_deleted` is absent, one id is no UUID."""
    return {
        "record_id": "001A",
        "record_name": "Wayne Inc.",
        "crossbeam_record_id": "297d66ea-as8a-5b37-93f0-a9205b7bbbee",
        "partner_crossbeam_record_id": "0b4313d4",
        "populations": [{"id": 1234, "name": "Customers"}],
        "partner_source_data": [{"field_name": "Renewal date", "field_value": BAD_MOMENT}],
    } | changes


def signal(**changes: Any) -> dict[str, Any]:
    """A signal whose moment is real."""
    return {
        "event_id": "044dd457",
        "triggered_at": "2025-10-24T13:00:00.103+00:00",
        "partner_data": {
            "deal": {"close_date": "2025-10-31T00:00:00.000+00:00", "amount": 48000.10}
        },
    } | changes


def page(records: Any, **more: Any) -> bytes:
    """A page as the API returns it."""
    return json.dumps({"data": records, **more}).encode()


def read(data: bytes, name: str = "overlaps_accounts.json") -> RawTable:
    """The table of one page delivered under that name."""
    context = ReadContext(
        "account_mapping",
        "crossbeam_api",
        f"account_mapping/crossbeam/{name}",
        datetime(2025, 11, 1),
    )
    (table,) = crossbeam.read(Path(name), data, context)
    return table
