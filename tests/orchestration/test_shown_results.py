"""What is shown is compared with the ledger and with the stage that wrote it.

Belongs here: tables and files that somebody changed, and what each command does about it. Does not:
the ledger's own bytes (tests/faults/tamper.py).
"""

from __future__ import annotations

import shutil
from dataclasses import replace

import duckdb
import pytest

from orchestration.ledger import publish
from orchestration.run import run_year
from orchestration.settings import Locations, locations
from orchestration.shown_results import ShownDiffers
from orchestration.verification import verify
from scoring.ledger.freeze import Request
from tests.faults.program import arrive
from tests.orchestration.test_run import command, tables, tree

TIER = "update decisions.tier_assignments set tier = 'premier' where partner_id = 'short'"
# What somebody changes, and the words of the message.
PUBLISHED = {
    "a tier": (TIER, "2025/short: tier is premier"),
    "a row taken out": (
        "delete from decisions.tier_assignments where partner_id = 'short' and tier_year = 2025",
        "2025/short is gone",
    ),
    "a row put in": (
        "insert into decisions.tier_assignments by name"
        " (select * replace ('other' as partner_id) from decisions.tier_assignments"
        " where partner_id = 'short' and tier_year = 2025)",
        "2025/other is not part of 0001-2024",
    ),
    "a margin": ("update decisions.tier_margins set margin = 7", "margin is 7"),
    "a published criterion": (
        "update run.published_criteria set status = 'met'",
        "run.published_criteria",
    ),
}
UNPUBLISHED = {
    "an earlier tier": (
        "update decisions.tier_assignments set tier = 'premier' where tier_year = 2024",
        "decisions.tier_assignments is not what the last run wrote",
    ),
    "a result": (
        "update marts.fct_requirement_results set status = 'met'",
        "marts.fct_requirement_results is not what the last run wrote",
    ),
    "a benefit": (
        "update marts.fct_benefits set status = 'entitled'",
        "marts.fct_benefits is not what the last run wrote",
    ),
}
CASES = {**PUBLISHED, **UNPUBLISHED}


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Locations:
    """A warehouse with 2023 and 2024, of which 2024 is published."""
    home = tmp_path_factory.mktemp("shown")
    made = locations(home / "landing", home / "plumbline.duckdb", home / "site", None)
    arrive(made.landing, "first")
    arrive(made.landing, "second")
    run_year(made, 2024)
    publish(made, Request("2024", "Ann"))
    run_year(made, 2024)
    return made


def copied(places: Locations, tmp_path) -> Locations:
    home = tmp_path / "copy"
    shutil.copytree(places.warehouse.parent, home)
    return replace(
        places,
        landing=home / "landing",
        warehouse=home / places.warehouse.name,
        site=home / "site",
    )


def harm(path, sql: str) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute(sql)


@pytest.mark.parametrize("case", sorted(CASES))
def test_readers_stop_at_a_changed_table(finished, tmp_path, case):
    places = copied(finished, tmp_path)
    sql, words = CASES[case]
    harm(places.serving, sql)
    assert words in "\n".join(f"{f.why}" for f in verify(places, None, None, compute=False).faults)
    for arguments in (
        ("explain", "short", "--year", "2024"),
        ("export", "--to", str(tmp_path / "out")),
    ):
        done = command(places, *arguments)
        assert done.returncode == 1 and words in done.stderr, done.stderr
        assert "plumbline run --year 2024" in done.stderr and done.stdout == ""
    assert not (tmp_path / "out").exists()


def test_a_run_names_each_difference_and_puts_it_right(finished, tmp_path):
    places = copied(finished, tmp_path)
    before = (tables(places.warehouse), tree(places.site))
    for sql, _ in CASES.values():
        harm(places.warehouse, sql)
    with pytest.raises(ShownDiffers, match="short is gone"):
        publish(places, Request("2024", "Ann", supersedes="", reason="another"))
    faults = verify(places, None, None, compute=False).faults
    assert {fault.place for fault in faults} == {places.warehouse.name}
    differing = "\n".join(run_year(places, 2024).faults)
    for words in (
        "run.published_criteria: ",
        "marts.fct_requirement_results was not",
        "tier_assignments 2025/",
    ):
        assert words in differing
    assert (tables(places.warehouse), tree(places.site)) == before
    assert verify(places, None, None).holds
    assert run_year(places, 2024).faults == ()


def test_files_of_the_site_that_are_gone_or_broken_are_made_again(finished, tmp_path):
    places = copied(finished, tmp_path)
    before = tree(places.site)
    (places.site / "leadership.pdf").unlink()
    (places.site / "tiers-2023.html").unlink()
    (places.site / "leadership.xlsx").write_bytes(b"cut")
    chart = places.site / "charts.js"
    chart.write_bytes(chart.read_bytes()[:-1000])
    (places.site / "mine.txt").write_text("stays", "utf-8")
    run_year(places, 2024)
    assert {k: v for k, v in tree(places.site).items() if k != "mine.txt"} == before
    assert (places.site / "mine.txt").exists()
