"""What a column map reads and a file lacks: named in a note and a finding, or refused."""

import json

import pytest

from ingest.landing.check import check

HEADER = ["Opportunity ID", "Account ID", "Type", "Created Date", "Close Date", "Closed", "Won"]
VALUES = ["O1", "A1", "Renewal", "03/01/2025", "03/05/2025", "true", "true"]
FILE = "crm/opportunities/report.csv"


def report(**more: str) -> str:
    names, values = [*HEADER, *more], [*VALUES, *more.values()]
    return f"{','.join(names)}\n{','.join(values)}\n"


def test_a_column_that_every_row_needs_is_named_and_nothing_is_put_in_its_place(zone):
    path = zone.put(FILE, report(**{"Source of lead": "Partner", "Amount": "5"}))
    zone.land()
    assert zone.counts(FILE)[0] == "refused"
    (file,) = check([path], landing=zone.root).files
    assert "salesforce_opportunity_report reads 'Lead Source' for channel" in (file.reason or "")
    zone.put(FILE, report(**{"Lead Source": "Partner", "Amount": "5"}), "2025-06-02T00:00:00")
    zone.land()
    assert zone.rows("select channel, amount::int from landing.opportunities") == [("partner", 5)]


def test_an_optional_column_is_named_in_a_note(zone):
    path = zone.put(FILE, report(**{"Lead Source": "Web", "Opportunity Currency": "USD"}))
    zone.land()
    assert zone.counts(FILE)[0] == "accepted"
    query = "select message from landing.delivery_notes where kind = 'lacking'"
    ((message,),) = zone.rows(query)
    assert "'Amount' for amount" in message and "'Deleted' for its choice of rows" in message
    # The other name of the currency is there, so nothing lacks.
    assert "Currency" not in message
    assert message in check([path], landing=zone.root).files[0].notes


@pytest.mark.parametrize("named", [True, False])
def test_json_may_leave_a_name_out_with_its_value(zone, named):
    row = dict(zip(HEADER, VALUES, strict=True)) | ({"Lead Source": "Partner"} if named else {})
    zone.put("crm/opportunities/report.json", json.dumps([row]))
    zone.land()
    channel = "partner" if named else "direct"
    assert zone.rows("select channel from landing.opportunities") == [(channel,)]
