"""A ledger belongs to one program: another one's warehouse beside it is refused by name."""

from __future__ import annotations

import shutil
from dataclasses import replace

import duckdb
import pytest

from orchestration.ledger import publish
from orchestration.program import OtherProgram, hold_program
from orchestration.run import run_year
from orchestration.settings import Locations, locations
from orchestration.verification import verify
from scoring.ledger.freeze import Request
from tests.faults.program import arrive
from tests.orchestration.test_run import command


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Locations:
    """A program with a publication, and another program's landing zone beside it."""
    home = tmp_path_factory.mktemp("program")
    made = locations(home / "landing", home / "plumbline.duckdb", home / "site", None)
    arrive(made.landing, "first")
    run_year(made, 2023)
    publish(made, Request("2023", "Ann"))
    return made


def another(places: Locations) -> Locations:
    """The same folder, another program: its own landing zone with a partner of its own."""
    home = places.warehouse.parent
    landing = home / "other"
    if not landing.exists():
        shutil.copytree(places.landing, landing)
        for name in ("partners", "enrollments"):
            path = landing / "partner_activity" / f"{name}.csv"
            path.write_text(path.read_text("utf-8").replace("steady", "nobody"), "utf-8")
    return replace(places, landing=landing, warehouse=home / "other.duckdb", site=home / "osite")


def test_another_program_is_refused_before_anything_is_written(places):
    other = another(places)
    with pytest.raises(OtherProgram, match=r"the program of plumbline\.duckdb \(last 0001-2023"):
        run_year(other, 2023)
    assert not other.warehouse.exists() and not other.site.exists()
    shutil.copyfile(places.warehouse, other.warehouse)
    with duckdb.connect(str(other.warehouse)) as con:
        con.execute("update landing.deliveries set sha256 = 'other'")
    for ask in (
        lambda: verify(other, None, None),
        lambda: publish(other, Request("2023", "Ann", supersedes="", reason="x")),
    ):
        with pytest.raises(OtherProgram, match=r"other\.duckdb is another program's"):
            ask()
    for words in (("explain", "short", "--year", "2023"), ("export", "--to", "out")):
        done = command(other, *words, "--warehouse", str(other.warehouse))
        assert done.returncode == 1 and "is another program's" in done.stderr
        assert done.stdout == ""
    other.warehouse.unlink()


def test_the_same_program_under_another_name_or_built_anew_is_known(places, tmp_path):
    home = places.warehouse.parent
    renamed = replace(places, warehouse=home / "renamed.duckdb", site=home / "rsite")
    shutil.copyfile(places.warehouse, renamed.warehouse)
    hold_program(renamed)
    hold_program(replace(places, warehouse=home / "fresh.duckdb"))


def test_a_pruned_landing_zone_is_told_what_would_show_whose_it_is(places, tmp_path):
    home = places.warehouse.parent
    new = replace(places, landing=tmp_path / "empty", warehouse=home / "new.duckdb")
    new.landing.mkdir()
    with pytest.raises(OtherProgram, match=r"raw/[0-9a-f]{64} back into the landing zone as"):
        hold_program(new)
