"""Of a random program anybody can be erased, and everything that was published still verifies."""

import random

import pytest

from ingest.held import held_in_files
from orchestration.erasing.erase import erase
from orchestration.ledger import publish
from orchestration.proving import verify
from orchestration.run import run_year
from orchestration.settings import locations
from orchestration.warehouse import read
from scoring.ledger.freeze import Request
from tests.oracle.programs import write_program

SEEDS = [11]


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_published_verifies_without_them(tmp_path, seed):
    write_program(tmp_path / "landing", seed, size="small", year=2025)
    places = locations(tmp_path / "landing", tmp_path / "p.duckdb", tmp_path / "site", None)
    run_year(places, 2025)
    publish(places, Request("2025", "Ann"))
    with read(places) as con:
        found = con.execute(
            "select distinct lower(trim(email)) from landing.contacts where contains(email, '@')"
            " order by 1"
        ).fetchall()
    people = random.Random(seed).sample([one for (one,) in found], min(3, len(found)))
    assert people
    # What runs afterwards is looked at elsewhere; the kept bytes are what a proof rests on.
    done = erase(places, people, "Ann", "asked", write=True, rebuild=lambda _: None)
    assert done.kept and done.proven == ["0001-2025"]
    kept = {"": places.store, " ": places.landing}
    assert not [one for person in people for one in held_in_files(kept, person)]
    again = verify(places, None, None)
    assert [fault.told for fault in again.faults] == [] and again.computed == ["0001-2025"]
