"""A file of any entity, or a reseller's report, that comes with fewer rows than it had."""

from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from ingest.formats.template import write_template
from ingest.judging.contract import entities
from ingest.landing.record_acceptance import record, word_for
from tests.ingest.lossy import as_csv, calls, deliver, in_force

ROWS = {
    spec.name: spec
    for spec in entities()
    if spec.name not in ("usage_events", "api_call_activity", "fx_rates")
}


VALUES = {
    "text": "T{}",
    "date": "2025-03-01",
    "timestamp": "2025-03-01T10:00:00Z",
    "month": "2025-03",
    "quarter": "2025-Q1",
    "bool": "true",
    "int": "7",
    "money": "10",
    "decimal": "1",
    "iso4217": "USD",
}


def rows_of(spec, count):
    """Good rows of an entity, with keys of their own."""

    def value(column, number):
        if column.name == "declares_no_sales":
            return "false"
        if column.kind == "enum":
            return column.choices[0]
        if column.name in spec.key and column.kind in ("date", "timestamp"):
            return (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number)).strftime(
                "%Y-%m-%d" if column.kind == "date" else "%Y-%m-%dT%H:%M:%SZ"
            )
        if column.name in ("partner_id", "report_month") and spec.source == "reseller_reports":
            return "P1" if column.name == "partner_id" else "2025-03"
        return VALUES[column.kind].format(number)

    return [{c.name: value(c, i) for c in spec.columns if not c.optional} for i in range(count)]


def entity_csv(rows):
    return ",".join(rows[0]) + "\n" + "".join(",".join(r.values()) + "\n" for r in rows)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_every_entity_keeps_what_it_has_when_a_file_comes_cut(judged, name):
    spec = ROWS[name]
    rows = rows_of(spec, 24)
    file = f"{spec.source}/{name}/all.csv"
    status, read, accepted, *_ = deliver(judged, file, entity_csv(rows))
    if name == "reports":  # one key: the last counts, and all are accepted
        assert (status, accepted) == ("accepted", 1)
        return
    assert (status, read, accepted) == ("accepted", 24, 24)
    cut = entity_csv(rows[:5])
    assert deliver(judged, file, entity_csv(rows), cut)[:3] == ("refused", 5, 0)
    judged.put(file, entity_csv(rows).splitlines()[0] + "\n", "2025-07-01T00:00:00")
    judged.land()
    assert judged.counts(file)[0] == "refused"
    assert judged.rows(f"select count(*) from landing.{name}") == [(24,)]


def lines(count, partner="P1", month="2025-03", first=0):
    return [
        r | {"partner_id": partner, "report_month": month, "line_id": f"L{i + first}"}
        for i, r in enumerate(rows_of(ROWS["subscription_lines"], count))
    ]


def test_a_resellers_month_that_another_path_would_replace_by_less_is_kept(judged):
    folder = "reseller_reports/subscription_lines"
    judged.put(f"{folder}/one.csv", entity_csv(lines(6)), "2025-06-01T00:00:00")
    judged.land()
    few = f"{folder}/two.csv"
    judged.put(few, entity_csv(lines(2) + lines(9, "P2")), "2025-06-02T00:00:00")
    judged.land()
    assert judged.counts(few)[0] == "refused"
    (refusal,) = judged.rows('select message from landing.quarantine where "row" is null')
    assert "P1's report of 2025-03 had 6 good rows and this delivery leaves 2" in refusal[0]
    # A correction of a few lines may remove any number, and half is not most.
    third = f"{folder}/three.csv"
    judged.put(third, entity_csv(lines(3)), "2025-06-03T00:00:00")
    judged.land()
    fourth = f"{folder}/four.csv"
    judged.put(fourth, entity_csv(lines(1)), "2025-06-04T00:00:00")
    judged.land()
    assert [judged.counts(f)[0] for f in (third, fourth)] == ["accepted", "accepted"]


def book(tmp_path, count, no_sales=False):
    path = tmp_path / "book.xlsx"
    write_template(path, "P1", "2025-03")
    loaded = openpyxl.load_workbook(path)
    sheet = loaded["Subscriptions"]
    header = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(lines(count), start=2):
        for column, value in row.items():
            if column in header:
                sheet.cell(number, header[column]).value = value
    if no_sales:
        cover = {str(c.value).strip(): c for row in loaded["Cover"].iter_rows() for c in row}
        place = cover["declares_no_sales"]
        loaded["Cover"].cell(place.row + 1, place.column).value = "true"
    loaded.save(path)
    return path.read_bytes()


@pytest.mark.parametrize(("left", "status"), [(2, "refused"), (0, "refused"), (7, "accepted")])
def test_a_workbook_that_lost_its_lines(judged, tmp_path, left, status):
    file = "reseller_reports/workbook/march.xlsx"
    deliver(judged, file, book(tmp_path, 12), book(tmp_path, left))
    rows = judged.rows(
        "select distinct status from landing.deliveries"
        " where file = ? and received_at > '2025-06-01T12:00:00'",
        file,
    )
    assert rows == [(status,)]


def test_what_a_person_takes_in_lands_and_is_the_measure_of_the_next(judged):
    file = "app_usage/usage_events/usage_events-2025-03.csv"
    assert deliver(judged, file, as_csv(calls(384)), as_csv(calls(59)))[0] == "refused"
    record(judged.root, word_for(judged.root, judged.root / file, "Ada", "a test app", None))
    judged.land()
    assert in_force(judged) == [("2025-03", 59)]
    judged.put(file, as_csv(calls(45)), "2025-06-09T00:00:00")
    judged.land()
    assert judged.counts(file)[0] == "accepted"
    # Judged again, all three give the same result.
    before = judged.rows("select file, status, rows_read from landing.deliveries order by all")
    judged.con.execute("update landing.judged_under set fingerprint = 'another policy'")
    judged.land()
    assert (
        judged.rows("select file, status, rows_read from landing.deliveries order by all") == before
    )


def test_judged_anew_in_one_landing_all_come_to_the_same(judged):
    contents = [calls(100), calls(30), calls(90), calls(40), calls(50)]
    file = "app_usage/usage_events/usage_events-2025-03.csv"
    deliver(judged, file, *map(as_csv, contents))
    expected = judged.rows("select rows_read, status from landing.deliveries order by received_at")
    assert [s for _, s in expected] == ["accepted", "refused", "accepted", "refused", "accepted"]
    judged.con.execute("update landing.judged_under set fingerprint = 'another policy'")
    judged.land()
    assert (
        judged.rows("select rows_read, status from landing.deliveries order by received_at")
        == expected
    )


def test_what_is_refused_for_another_reason_is_no_measure_of_the_next(judged):
    path = "reseller_reports/subscription_lines/{}.csv"
    header = "partner_id,report_month,line_id,line_type,subscription_id,customer_name,"
    header += "term_start,term_end,amount,currency\n"

    def report(good, bad):
        row = "P1,2025-03,L{0},new,S{0},Acme,2025-03-01,2026-02-28,{1},USD\n"
        amounts = ["100"] * good + ["a lot"] * bad
        return header + "".join(row.format(i, amount) for i, amount in enumerate(amounts))

    judged.put(path.format("march"), report(9, 11), "2025-04-01T00:00:00")
    judged.put(path.format("march-again"), report(2, 0), "2025-04-02T00:00:00")
    judged.land()
    assert judged.counts(path.format("march"))[0] == "refused"
    assert judged.counts(path.format("march-again"))[0] == "accepted"
