"""Whose time is over, which excludes anybody whom an open or a younger entry still needs."""

from datetime import date

import duckdb
import pytest

from ingest.judging.contract import entities, entity
from ingest.people.store import people_of
from orchestration.config import VARIABLE, BadConfig
from orchestration.erasing.retention import months, over

GONE = " Gone@example.com"


@pytest.fixture
def people(tmp_path):
    """Somebody who landed as a token."""
    store = people_of(tmp_path, make=True)
    store.put(store.tokens.address(GONE), "contacts.email", GONE)
    store.write()
    return store


@pytest.fixture
def con(people):
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        for one in entities():
            columns = ", ".join(f'"{c.name}" {c.sql_type}' for c in one.columns)
            connection.execute(f"create table staging.stg_{one.source}__{one.name} ({columns})")
        for name, email, since, until in (
            ("C-1", people.tokens.address(GONE), "2020-01-01", "2021-06-30"),
            ("C-2", "open@example.com", "2020-01-01", None),
            ("C-3", "young@example.com", "2020-01-01", "2024-12-31"),
            ("C-4", "again@example.com", "2020-01-01", "2021-06-30"),
            ("C-5", "again@example.com", "2024-01-01", "2024-12-31"),
            ("C-6", "decided@example.com", "2020-01-01", "2021-06-30"),
        ):
            connection.execute(
                "insert into staging.stg_partner_activity__contacts by name select ? as contact_id,"
                " ? as email, cast(? as date) as active_from, cast(? as date) as active_to",
                [name, email, since, until],
            )
        connection.execute(
            "insert into staging.stg_decisions__waivers by name"
            " select 'decided@example.com' as granted_by, date '2020-01-01' as valid_from,"
            " date '2020-12-31' as valid_to"
        )
        yield connection


def test_only_those_whom_nothing_needs(con, people):
    day = date(2024, 6, 30)
    assert over(con, people, {"contacts": 36}, day) == ["gone@example.com"]
    assert over(con, people, {"contacts": 37}, day) == []
    assert over(con, people, {"contacts": 36}, date(2024, 6, 29)) == []
    held_months = {"contacts": 36, "waivers": 24}
    assert over(con, people, held_months, day) == ["decided@example.com", "gone@example.com"]
    assert over(con, people, {"waivers": 24}, day) == []
    assert over(con, people, {}, day) == []
    everything = {one.name: 1 for one in entities() if one.people}
    assert "open@example.com" not in over(con, people, everything, date(2099, 1, 1))
    assert entity("contacts").people


@pytest.mark.parametrize(
    ("text", "words"),
    [("{contacts: 36}", ""), ("{accounts: 3}", "names no people"), ("{contacts: x}", "as 36")],
)
def test_the_section_says_what_is_wrong(tmp_path, monkeypatch, text, words):
    file = tmp_path / "plumbline.yaml"
    file.write_text(f"retention: {text}\n")
    monkeypatch.setenv(VARIABLE, str(file))
    if not words:
        assert months() == {"contacts": 36}
        return
    with pytest.raises(BadConfig, match=words):
        months()
