"""What is held of one person is found in every place, and nobody else's with it."""

from __future__ import annotations

import zipfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.deliveries.landing_tables import create_tables
from ingest.personal_data import contact_ids, held_in_files, held_in_tables

KIM = "kim@example.com"


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        create_tables(connection)
        contact = (
            "insert into landing.contacts by name select * from (values {})"
            " as c(contact_id, partner_id, name, email, _file, _row)"
        )
        connection.execute(
            contact.format(
                "('C-1', 'P1', 'Kim', ' Kim@Example.com ', 'partner_activity/contacts.csv', 2),"
                "('C-2', 'P1', 'Akim', 'akim@example.com', 'partner_activity/contacts.csv', 3),"
                "('C-3', 'P1', 'Au', 'kim@example.com.au', 'partner_activity/contacts.csv', 4),"
                "('C-4', 'P2', 'Bo', 'bo@example.com', 'partner_activity/contacts.csv', 5),"
                "('C-5', 'P2', 'Nan', null, 'partner_activity/contacts.csv', 6)"
            )
        )
        connection.execute(
            "insert into landing.trainings by name"
            " select 'C-1' as contact_id, 'partner_activity/trainings.csv' as _file, 9 as _row"
            " union all select 'C-2', 'partner_activity/trainings.csv', 10"
        )
        body = '{"owner": "KIM@example.com"}'
        connection.execute(
            "insert into landing.crossbeam_records by name"
            " select ? as body, 'account_mapping/crossbeam/a-1.json' as _file, 1 as _row",
            [body],
        )
        yield connection


def test_rows_by_address_and_by_the_ids_that_go_with_it(con):
    places = held_in_tables(con, f"  {KIM.upper()} ")
    assert sorted((h.place, h.column, h.file, h.row) for h in places) == [
        ("landing.contacts", "contact_id", "partner_activity/contacts.csv", "2"),
        ("landing.contacts", "email", "partner_activity/contacts.csv", "2"),
        ("landing.crossbeam_records", "body", "account_mapping/crossbeam/a-1.json", "1"),
        ("landing.trainings", "contact_id", "partner_activity/trainings.csv", "9"),
    ]
    assert contact_ids(con, KIM) == ["C-1"]
    assert all(held.why for held in places)
    assert held_in_tables(con, "nobody@example.com") == []


def test_files_as_they_are_as_pages_write_it_and_inside_workbooks(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "plain.csv").write_text("id,email\n1,Kim@example.com\n", "utf-8")
    (raw / "page.html").write_text("<a href='mailto:kim%40example.com'>x</a>", "utf-8")
    (raw / "other.csv").write_text("akim@example.com,kim@example.com.au,kim@example.community")
    with zipfile.ZipFile(raw / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", "<t>kim@example.com.</t>" + "x" * 5_000)
    (raw / "two.csv").write_bytes("id;email\n1;kim@example.com\n".encode("utf-16"))
    pq.write_table(pa.table({"email": ["kim@example.com"] * 99}), raw / "table.parquet")
    (raw / "quoted.csv").write_text("o'kim@example.com\n'bo@example.com\n")
    held = held_in_files({"kept": raw, "none": tmp_path / "none"}, KIM)
    assert [h.place for h in held] == [
        "raw/book.xlsx",
        "raw/page.html",
        "raw/plain.csv",
        "raw/table.parquet",
        "raw/two.csv",
    ]
    assert [h.place for h in held_in_files({"": raw}, "bo@example.com")] == ["raw/quoted.csv"]
    assert {h.why for h in held} == {"kept"}
