"""What a scorecard is made from: all that its page reads, and nothing of other partners.

Belongs here: dashboards.scorecard_inputs, and a site of which most scorecards stand. Does not: what
is on a scorecard (test_scorecard.py).
"""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Sequence

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from dashboards.data import Tables
from dashboards.links import letter_path, scorecard_path
from dashboards.pages import scorecard
from dashboards.rendering import render
from dashboards.scorecard_inputs import QUERIES, TABLES, WHOLE, digests, unchanged
from dashboards.site import build, every_look, footer_text
from ingest.people.store import KEY, VALUES
from orchestration.defs.dashboards import site as make_site
from orchestration.defs.resources import Program

# Whose columns say what a query may read, and whose contents do not reach a page.
NO_CONTENT = {"information_schema.tables"}
OF_PARTNERS = ("decisions", "intermediate", "marts", "run")
# What the tables as a whole say about the years that are shown, which is in every digest.
OF_YEARS = ("tier_year", "review", "arr_year", "latest_flow_year")


class Listening:
    """A connection that keeps every query that it is sent."""

    def __init__(self, con):
        self._con, self.queries = con, set()

    def execute(self, query, parameters=None):
        self.queries.add(query)
        return self._con.execute(query, parameters)

    def __getattr__(self, name):
        return getattr(self._con, name)


@pytest.fixture
def warehouse(demo_run, tmp_path):
    """A copy that may be changed."""
    path = tmp_path / "plumbline.duckdb"
    shutil.copyfile(demo_run.serving, path)
    with duckdb.connect(str(path)) as con:
        yield con


def of(con) -> dict[str, str]:
    looks = every_look(Tables(con))
    return digests(looks, footer_text(looks[0]))


def drawn(con, of_years: Sequence[Tables] = ()) -> dict[str, str]:
    """Every scorecard by its file; in the years that these tables have."""
    looks = every_look(Tables(con))
    if of_years:
        tables = Tables(con)
        looks = [tables, *(tables.for_year(look.year) for look in of_years[1:])]
    for look, other in zip(looks, of_years, strict=False):
        vars(look).update({name: getattr(other, name) for name in OF_YEARS})
    return {page.path: render(page, "", years) for page, years in scorecard.pages(looks)}


def read_by(query: str) -> set[str]:
    """The tables that a query names with their schema."""
    named = sqlglot.parse_one(query, read="duckdb").find_all(exp.Table)
    return {f"{table.db}.{table.name}" for table in named if table.db}


def unlinked(text: str) -> str:
    """A page without links to owners: who has anything to do is in every digest."""
    return re.sub(r'<a href="\.\./owners/[^"]*">([^<]*)</a>', r"\1", text)


def test_every_table_that_a_scorecard_reads_is_in_its_digest(demo_run):
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        listening = Listening(con)
        drawn(listening)
    read = set().union(*map(read_by, listening.queries)) - NO_CONTENT
    # Rows of evidence are found by their file, whose bytes are in the digest.
    evidence = {name for name in read if name.startswith("landing.") and name not in TABLES}
    of_places = {query for query in listening.queries if "as places" in query}
    assert evidence <= set().union(*map(read_by, of_places))
    assert read - evidence <= {*TABLES, *QUERIES}
    assert len(read) > 50


def test_a_scorecard_shows_nothing_of_another_partner_that_is_not_in_its_digest(demo_run):
    """Drawn where there are only its own rows, it is the same page."""
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        whole, of_years = drawn(con), every_look(Tables(con))
        for look in of_years:
            vars(look).update({name: getattr(look, name) for name in OF_YEARS})
        partners = [row[0] for row in con.execute("from marts.dim_partners order by 1").fetchall()]
        columns = con.execute(
            "select table_schema, table_name, bool_or(column_name = 'partner_id')"
            " from information_schema.columns group by all"
        ).fetchall()
    for partner in partners[::3]:
        # People's names lie beside the warehouse, for whoever opens one there.
        file = demo_run.warehouse.with_name("alone.duckdb")
        file.unlink(missing_ok=True)
        with duckdb.connect(str(file)) as alone:
            alone.execute(f"attach '{demo_run.serving}' as everybody (read_only)")
            for schema in sorted({schema for schema, *_ in columns}):
                alone.execute(f"create schema if not exists {schema}")
            for schema, name, has_partner in columns:
                place = f"{schema}.{name}"
                is_own = has_partner and schema in OF_PARTNERS and place not in WHOLE
                only = f"where partner_id = '{partner}'" if is_own else ""
                alone.execute(f"create view {place} as from everybody.{place} {only}")
            pages = {
                path: unlinked(text)
                for path, text in drawn(alone, of_years).items()
                if partner in path
            }
        file.unlink()
        assert pages
        for path, text in pages.items():
            lines = unlinked(whole[path]).splitlines(), text.splitlines()
            assert [line[:600] for line in difflib.unified_diff(*lines, path, n=0)] == []


@pytest.mark.parametrize(
    "table", ["decisions.actions", "marts.fct_requirement_results", "marts.fct_benefits"]
)
def test_a_row_of_one_partner_changes_its_digest_alone(warehouse, table):
    before = of(warehouse)
    (partner,) = warehouse.execute(f"select min(partner_id) from {table}").fetchone()
    warehouse.execute(
        f"insert into {table} by name from {table} where partner_id = ? limit 1", [partner]
    )
    now = of(warehouse)
    assert unchanged(before, now) == set(now) - {partner}
    assert unchanged({}, now) == set()


def test_a_line_before_theirs_leaves_other_partners_as_they_are(warehouse):
    """Lines are numbered over all partners."""
    before = of(warehouse)
    for table, columns in (
        ("int_arr__lines", ("line_number",)),
        ("int_arr__items", ("line_number",)),
        ("int_arr__doubts", ("line_number", "other_number")),
    ):
        for column in columns:
            warehouse.execute(f"update intermediate.{table} set {column} = {column} + 1")
    assert of(warehouse) == before


@pytest.mark.parametrize(
    "change",
    [
        "update policy.programs set label = label || '!'",
        "update run.parameters set as_of = as_of + 1",
        "update intermediate.int_deals__checks set clause = 'Another'",
    ],
)
def test_what_every_page_shows_changes_every_digest(warehouse, change):
    before = of(warehouse)
    warehouse.execute(change)
    assert unchanged(before, of(warehouse)) == set()


def test_a_file_delivered_again_changes_the_digest_of_whoever_rests_on_it(warehouse):
    before = of(warehouse)
    (file,) = warehouse.execute(
        "select file from intermediate.int_metrics__evidence"
        " inner join landing.deliveries using (file) order by all limit 1"
    ).fetchone()
    resting = warehouse.execute(
        "select distinct partner_id from intermediate.int_metrics__evidence where file = ?", [file]
    ).fetchall()
    warehouse.execute("update landing.deliveries set sha256 = 'others' where file = ?", [file])
    now = of(warehouse)
    assert set(now) - unchanged(before, now) == {partner for (partner,) in resting}


def test_rows_judged_again_under_another_column_map_are_not_shown_as_they_were(warehouse):
    """A corrected map makes other rows from the same bytes, even in columns that nothing counts."""
    before, shown = of(warehouse), drawn(warehouse)
    warehouse.execute("update landing.subscription_lines set product = 'As a map has it'")
    warehouse.execute(
        "update landing.judged_under set fingerprint = 'others' where source = 'reseller_reports'"
    )
    changed = {path for path, text in drawn(warehouse).items() if text != shown[path]}
    standing = unchanged(before, of(warehouse))
    stands = set(scorecard.paths(every_look(Tables(warehouse)), standing))
    assert changed and not changed & stands


def test_a_letter_that_lies_in_the_site_changes_the_digest_of_its_partner(warehouse, tmp_path):
    site = tmp_path / "site"
    first = build(warehouse, site, beside=False)
    partner = min(first.scorecards)
    tables = Tables(warehouse)
    (site / "letters").mkdir()
    (site / f"letters/{partner}-{tables.tier_year - 1}.html").write_text("a letter", "utf-8")
    again = build(warehouse, site, beside=False)
    assert unchanged(first.scorecards, again.scorecards) == set(again.scorecards) - {partner}


def test_the_next_run_links_a_letter_though_nothing_else_is_new(demo_run, tmp_path):
    for name in (demo_run.warehouse.name, KEY, VALUES):
        shutil.copyfile(demo_run.warehouse.with_name(name), tmp_path / name)
    folder = tmp_path / "site"
    shutil.copytree(demo_run.site, folder)
    program = Program(
        landing=str(demo_run.landing),
        warehouse=str(tmp_path / demo_run.warehouse.name),
        site=str(folder),
    )
    assert make_site(program).metadata["written"] == 0
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        tables = Tables(con)
        partner, year = min(tables.partners), tables.tier_year - 1
    letter, page = folder / letter_path(partner, year), folder / scorecard_path(partner)
    letter.parent.mkdir(exist_ok=True)
    letter.write_text("a letter", "utf-8")
    assert make_site(program).metadata["written"] == 1
    assert f'"../letters/{letter.name}"' in page.read_text("utf-8")
    letter.unlink()
    assert make_site(program).metadata["written"] == 1
    assert page.read_bytes() == (demo_run.site / scorecard_path(partner)).read_bytes()


def test_a_site_of_which_most_scorecards_stand_is_the_one_made_anew(warehouse, tmp_path):
    quick, plain = tmp_path / "quick", tmp_path / "plain"
    before = build(warehouse, quick, beside=False)
    partner, other = sorted(before.scorecards)[3:5]
    warehouse.execute(
        "update marts.dim_partners set country = 'Norway' where partner_id = ?", [partner]
    )
    # A page that need not be made is not even read, unless it has been changed.
    marked = quick / "partners" / f"{other}.html"
    marked.write_text("not made again", "utf-8")
    report = build(warehouse, quick, beside=False, keep=True, scorecards=before.scorecards)
    assert marked.read_text("utf-8") == "not made again"
    anew = build(warehouse, plain, beside=False)
    assert report.scorecards == anew.scorecards and report.files == anew.files
    marked.unlink()
    (plain / "partners" / f"{other}.html").unlink()
    assert {p.relative_to(quick): p.read_bytes() for p in quick.rglob("*") if p.is_file()} == {
        p.relative_to(plain): p.read_bytes() for p in plain.rglob("*") if p.is_file()
    }
    # Without leave to keep anything every page is made.
    build(warehouse, quick, beside=False, scorecards=before.scorecards)
    assert marked.exists()
