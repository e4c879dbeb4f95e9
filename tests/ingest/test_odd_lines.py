"""Lines of totals and headers amid a table: named as such, and what the note asks for works."""

import re

import pytest

from ingest.formats.map_store import Maps, MapText
from tests.ingest.formats.books import filled, line

HEADER = "account_id,name,domain,customer_since,country\n"
ROWS = "1,Acme,acme.com,2025-01-31,US\n2,Bolt,bolt.com,2025-02-28,DE\n"


def notes(zone):
    kinds = "kind in ('totals', 'header_again')"
    return [
        text
        for (text,) in zone.rows(
            f"select message from landing.delivery_notes where {kinds} order by all"
        )
    ]


@pytest.mark.parametrize(
    "total", ["Total,2,,,", "Grand Total:,,,,", ",Summe,,,2", "TOTAL,2", "合計,,,,"]
)
def test_a_line_of_totals_is_named_and_without_it_nothing_is_amiss(zone, total):
    zone.put("crm/accounts.csv", f"{HEADER}{ROWS}{total}\n")
    zone.land()
    assert zone.counts("crm/accounts.csv")[:2] == ("accepted", 3)
    (note,) = notes(zone)
    assert note.startswith("row 4 seems to be a line of totals") and "delete it" in note
    assert "column map" not in note
    zone.put("crm/accounts-2.csv", f"{HEADER}{ROWS}", "2025-06-02T00:00:00")
    zone.land()
    assert zone.counts("crm/accounts-2.csv") == ("accepted", 2, 2, 0, 0)
    assert len(notes(zone)) == 1


@pytest.mark.parametrize(
    "row", ["3,Total,total.com,2025-01-31,FR", "Total,Total,total.com,2025-01-31,"]
)
def test_a_row_that_is_filled_is_a_row_whatever_its_name(zone, row):
    zone.put("crm/accounts.csv", f"{HEADER}{ROWS}{row}\n")
    zone.land()
    assert zone.counts("crm/accounts.csv")[:3] == ("accepted", 3, 3)
    assert notes(zone) == []


def test_the_header_amid_the_rows_is_named(zone):
    zone.put("crm/accounts.csv", f"{HEADER}{ROWS}{HEADER}")
    zone.land()
    assert notes(zone) == [
        "row 4 is the header again; it is no row: delete it and deliver the file again"
    ]


MAP = """
id: mine
title: t
entity: accounts
header: [Nr, Firma]
columns: {account_id: Nr, name: Firma}
"""


def test_a_map_leaves_a_line_of_totals_out_as_the_note_says(zone):
    zone.put("crm/accounts.csv", "Land;Nr;Firma;Ort\nDE;1;Acme;Bonn\nDE;2;Bolt;Ulm\nSumme;2;;\n")
    zone.land(maps=Maps((MapText("mine.yaml", MAP),)))
    (note,) = notes(zone)
    step = re.search("`(rows: .*)`", note)[1]
    zone.land(maps=Maps((MapText("mine.yaml", f"{MAP}{step}\n"),)))
    assert zone.counts("crm/accounts.csv") == ("accepted", 2, 2, 0, 0)
    assert notes(zone) == []


def test_a_line_of_totals_in_a_workbook_is_named_by_its_cell(zone, tmp_path):
    lines = [line(), line(line_id="L2"), ["Total", *[None] * 8, 2401.0]]
    zone.put("reseller_reports/march.xlsx", filled(tmp_path, {"Subscriptions": lines}))
    zone.land()
    (note,) = notes(zone)
    assert "Subscriptions!A4 seems to be a line of totals (line_id: 'Total')" in note
