"""Whether the partner that a command was given has landed, for commands that write what a later
run reads.

Belongs here: the sentence. Does not: finding a partner by name (scoring/partners.py), or refusing:
a partner may land after what was decided about it.
"""

from __future__ import annotations

import sys

import duckdb

from orchestration import warehouse
from orchestration.settings import Locations
from scoring.partners import PartnerLookupError, find_partner


def say_unknown(places: Locations, partner_id: str) -> None:
    """Say on standard error that no partner with this id has landed, and which are similar; nothing
    if one has, or if no warehouse can be read now."""
    try:
        with warehouse.read(places) as con:
            partner = find_partner(con, partner_id)
    except PartnerLookupError as error:
        print(f"{error} What was written takes effect once such a partner lands.", file=sys.stderr)
        return
    except (
        warehouse.WarehouseMissing,
        warehouse.WarehouseBusy,
        warehouse.NotAWarehouse,
        duckdb.Error,
    ):
        return
    if partner.partner_id != partner_id:
        print(
            f"No partner has the id {partner_id!r}. Near: {partner}. What was written takes"
            " effect once such a partner lands.",
            file=sys.stderr,
        )
