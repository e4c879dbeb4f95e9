"""A partner's bundle: its own SQL gives what was published, and nobody else is in it.

Belongs here: scoring.bundle over the demonstration run. Does not: whether the rules are right.
"""

from __future__ import annotations

import shutil

import duckdb
import pytest

from scoring.bundle import BundleError, write_bundle
from scoring.bundle.others import Everybody, Others, Place
from scoring.explain import NothingToExplainError
from tests.conftest import DEMO_YEAR

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_partner_comes_to_what_was_published_and_finds_nobody_else(demo_con, tmp_path, part):
    partners = demo_con.execute(
        """select distinct partner_id from intermediate.int_ledger__pairs
        where year = ? order by 1""",
        [DEMO_YEAR],
    ).fetchall()
    looked_at = partners[part::PARTS]
    assert len(looked_at) > 20
    for (partner,) in looked_at:
        made = write_bundle(demo_con, partner, DEMO_YEAR, tmp_path / "bundle.duckdb")
        others = Others.of(demo_con, partner)
        with duckdb.connect(str(made.file), read_only=True) as bundle:
            assert made.differences == 0, bundle.execute("from differences").fetchall()
            named = [text for text in texts_of(bundle) if others.named_in(text)]
        assert named == [], partner


def texts_of(bundle: duckdb.DuckDBPyConnection) -> set[str]:
    """Every text in every cell of every table."""
    tables = bundle.execute(
        """select table_name, list('"' || column_name || '"::varchar') from duckdb_columns()
        where not internal and table_name in (select table_name from duckdb_tables())
        group by table_name order by table_name"""
    ).fetchall()
    assert sum(len(columns) for _, columns in tables) > 100
    texts: set[str] = set()
    for table, columns in tables:
        every = f'select distinct unnest([{", ".join(columns)}]) from "{table}"'
        texts.update(text for (text,) in bundle.execute(every).fetchall() if text)
    return texts


def test_the_views_are_figured_from_the_rows_with_duckdb_alone(demo_con, tmp_path):
    """Every table of answers is emptied: what the views say can't come from there."""
    partner, tier = demo_con.execute(
        """select partner_id, tier from decisions.tier_assignments
        where tier_year = ? order by gap_to_next desc, 1 limit 1""",
        [DEMO_YEAR + 1],
    ).fetchone()
    made = write_bundle(demo_con, partner, DEMO_YEAR, tmp_path / "bundle.duckdb")
    published = demo_con.execute(
        """select period, program, requirement, status, value, threshold
        from marts.fct_requirement_results inner join intermediate.int_periods using (period)
        where partner_id = ? and year = ? order by all""",
        [partner, DEMO_YEAR],
    ).fetchall()
    with duckdb.connect(str(made.file)) as bundle:
        answers = "select table_name from duckdb_tables() where table_name like 'published%'"
        for (table,) in bundle.execute(answers).fetchall():
            bundle.execute(f"delete from {table}")
        figures = bundle.execute(
            """select period, program, requirement, status, value, threshold
            from recomputed_requirements order by all"""
        ).fetchall()
        assert figures == published
        assert bundle.execute("select tier from recomputed_tier").fetchone() == (tier,)
        steps = bundle.execute("select sql from script order by step").fetchall()
        for (sql,) in steps:
            bundle.execute(sql)


CHANGES = [
    # a row of the partner's own, and the answer that it carries
    ("delete from active_customers", "average_monthly_active_customers"),
    ("update items set standing = 'short' where metric = 'listed_apps'", "listed_apps"),
    ("delete from items where metric = 'agreements_current'", "TECH-AGREEMENT"),
    ("update policy_values set number = 99 where parameter like '%.managers_required'", "MANAGER"),
]


@pytest.mark.parametrize(("change", "named"), CHANGES)
def test_a_row_that_is_changed_is_a_difference(demo_con, tmp_path, change, named):
    partner = demo_con.execute(
        "select partner_id from decisions.tier_assignments where tier_year = ? and tier_low ="
        " (select tier from policy.tiers order by tier_rank desc limit 1) order by 1 limit 1",
        [DEMO_YEAR + 1],
    ).fetchone()[0]
    made = write_bundle(demo_con, partner, DEMO_YEAR, tmp_path / "bundle.duckdb")
    with duckdb.connect(str(made.file)) as bundle:
        bundle.execute(change)
        assert named in str(bundle.execute("from differences").fetchall())


def test_the_same_data_give_the_same_contents(demo_con, tmp_path):
    first = write_bundle(demo_con, "P-0001", DEMO_YEAR, tmp_path / "a.duckdb")
    again = write_bundle(demo_con, "P-0001", DEMO_YEAR, tmp_path / "b.duckdb")
    assert first.digest == again.digest
    other = write_bundle(demo_con, "P-0002", DEMO_YEAR, tmp_path / "b.duckdb")
    assert other.digest != first.digest


def test_only_a_bundle_is_replaced_and_somebody_has_to_be_meant(demo_con, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("mine", "utf-8")
    with pytest.raises(BundleError, match="not a bundle"):
        write_bundle(demo_con, "P-0001", DEMO_YEAR, path)
    assert path.read_text("utf-8") == "mine"
    with pytest.raises(NothingToExplainError, match="in no program at the end of 1999"):
        write_bundle(demo_con, "P-0001", 1999, tmp_path / "new.duckdb")


CHAIN = """
    create schema marts; create schema intermediate; create schema run;
    create table marts.dim_partners as
        select partner_id, partner_id || ' Ltd' as name, null::varchar as domain
        from (values ('P-1'), ('P-2'), ('P-3'), ('P-4')) as given (partner_id);
    create table intermediate.int_partners__holders as
        select partner_id, holder_id, from_on::date as from_on, to_on::date as to_on
        from (values
            ('P-1', 'P-1', null, '2024-03-01'), ('P-1', 'P-2', '2024-03-01', '2025-06-01'),
            ('P-1', 'P-3', '2025-06-01', null), ('P-2', 'P-2', null, '2025-06-01'),
            ('P-2', 'P-3', '2025-06-01', null), ('P-3', 'P-3', null, null)
        ) as spans (partner_id, holder_id, from_on, to_on);
"""
# The run's day, and whom each partner may not name on it.
TAKEN_OVER = {
    "2024-02-29": {"P-1": "P-2 P-3 P-4", "P-2": "P-1 P-3 P-4", "P-3": "P-1 P-2 P-4"},
    "2025-05-31": {"P-1": "P-2 P-3 P-4", "P-2": "P-3 P-4", "P-3": "P-1 P-2 P-4"},
    "2025-06-01": {"P-1": "P-2 P-3 P-4", "P-2": "P-3 P-4", "P-3": "P-4", "P-4": "P-1 P-2 P-3"},
}


@pytest.mark.parametrize("day", TAKEN_OVER)
def test_a_partner_taken_over_by_the_day_is_nobody_else_chains_included(day):
    with duckdb.connect() as con:
        con.execute(CHAIN)
        con.execute("create table run.parameters as select ?::date as as_of", [day])
        everybody = ["P-1", "P-2", "P-3", "P-4"]
        for partner, named in TAKEN_OVER[day].items():
            others = Others.of(con, partner)
            assert " ".join(p for p in everybody if others.named_in(p)) == named
            assert " ".join(p for p in everybody if others.named_in(f"{p} Ltd")) == named


OWN = [("id", "P-0001"), ("name", "Acme Roofing"), ("domain", "roof.io"), ("name", "The One Shop")]
THEIRS = [
    ("id", "P-0002"),
    ("name", "Acme"),
    ("domain", "acme.com"),
    ("name", "Big Blue Apps"),
    ("id", "12"),
    ("id", "2025"),
    ("id", "north"),
    ("name", "The"),
    ("name", "2025"),
    ("name", "The Right One"),
    ("name", "Gold"),
    ("name", "March"),
    ("id", "Sept"),
]
NAMES = Others(Everybody([*THEIRS, *OWN], vocabulary=["gold"]), OWN)
TEXT, NAME, PARTNER = Place.TEXT, Place.NAME, Place.PARTNER
NAMING = [
    ("report of P-0002", TEXT, True),
    ("p_0002", TEXT, True),
    ("P-00021", TEXT, False),
    ("sold with ACME, 3 seats", TEXT, True),
    ("Acme Roofing", NAME, False),  # its own name
    ("Acme Roofing and Acme", TEXT, True),
    ("see https://www.acme.com/x", TEXT, True),
    ("big-blue apps", TEXT, True),
    ("big apps", TEXT, False),
    ("", NAME, False),
    # A name that is a word of the language, or of the page: a word, unless it is all of a name.
    ("The reports of 2025 are due on 2025-12-31", TEXT, False),
    ("The", TEXT, False),
    ("The", NAME, True),
    ("the", NAME, False),
    ("2025", NAME, True),
    ("Gold since 2024", TEXT, False),
    ("Gold", NAME, True),
    ("March 31, 2025", TEXT, False),
    ("on Sept 3 and 31 Mar", TEXT, False),
    ("March", NAME, True),
    # Several such words are a name as they are written, and words otherwise.
    ("is this the right one?", TEXT, False),
    ("asked by The Right One, twice", TEXT, True),
    ("The Right Ones", TEXT, False),
    # An id that is a number or a word counts only where a partner's id is expected.
    ("12", TEXT, False),
    ("12", NAME, False),
    ("12", PARTNER, True),
    ("12 of 12 rows", TEXT, False),
    ("north", TEXT, False),
    ("north", PARTNER, True),
    ("reseller_reports/subscription_lines/12/2025-03.csv", TEXT, True),
    ("app_usage/usage_events/2025/03.parquet", TEXT, False),
]


@pytest.mark.parametrize(("text", "place", "named"), NAMING)
def test_who_is_named(text, place, named):
    assert NAMES.named_in(text, place) is named


@pytest.mark.parametrize(
    ("column", "place"),
    [("partner_id", PARTNER), ("customer_name", NAME), ("granted_by", NAME), ("line_id", TEXT)],
)
def test_what_stands_in_a_column(column, place):
    assert Place.of(column) is place


def test_a_text_that_names_another_is_withheld_and_the_answer_stays(demo_con, tmp_path):
    """A copy of the warehouse in which somebody's line carries somebody else's name."""
    partner, other = demo_con.execute(
        """select min(lines.partner_id), max(partners.name)
        from intermediate.int_arr__lines as lines
        cross join marts.dim_partners as partners
        where year(lines.counts_from) = ?""",
        [DEMO_YEAR],
    ).fetchone()
    source = demo_con.execute("select path from duckdb_databases() where not internal").fetchone()
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(source[0], copy)
    with duckdb.connect(str(copy)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute(
            "update intermediate.int_arr__lines set subscription_id = ? || subscription_id "
            "where partner_id = ?",
            [f"for {other} ", partner],
        )
        made = write_bundle(con, partner, DEMO_YEAR, tmp_path / "bundle.duckdb")
    assert made.withheld > 0
    assert made.differences == 0
    with duckdb.connect(str(made.file), read_only=True) as bundle:
        assert not [text for text in texts_of(bundle) if other in text]
    assert other.encode() not in made.file.read_bytes()
