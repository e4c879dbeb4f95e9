"""Erases people from random programs and proves what was published, in seconds for each program.

Belongs here: one program, published, with people erased, and what is wrong then. Does not: how a
random program is made (tests/oracle/programs.py), or the whole job (tests/orchestration has it).

    python -m tests.orchestration.erased_programs --seeds 0-39 --work DIR
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from ingest.erasing.log import read_log
from ingest.landing import land as landing
from ingest.people.store import People, people_of
from ingest.personal_data import held_in_files, held_values
from ingest.resolved.resolve import resolve
from orchestration import replay
from orchestration.erasing.erase import erase
from orchestration.ledger import code_version
from orchestration.settings import Locations, locations
from orchestration.verification import computed_again, sources_of
from orchestration.warehouse import connect
from scoring.ledger import freeze as freezing
from scoring.ledger.files import read_ledger, write_publication
from scoring.ledger.freeze import Request, freeze
from scoring.ledger.verify import Verification, verify
from scoring.policy.load import load_policy
from scoring.run import Published, decide
from tests.oracle.programs import write_program
from tests.quick_run import Model, build, models, quick_run

YEAR, ERASED = 2025, 4
# The columns in which an address of a person lands as a token.
ADDRESSES = ("contacts.email", "partner_owners.owner", "apps.support_contact")
OWNERS = """\
partner_id,owner,role,active_from,active_to
P00,ann@vendor.example,partner_manager,2023-01-01,
P01,Bo.Ek@vendor.example,partner_manager,2023-01-01,2024-06-30
P01,ann@vendor.example,partner_manager,2024-07-01,
"""
# Which contacts are one person, and how many people of each partner count for each metric.
COUNTS = """
select partner_id, requirement, status, value from marts.fct_requirement_results order by all
"""


def wrong(home: Path, seed: int, compiled: tuple[Model, ...], *, earlier: bool) -> list[str]:
    """The faults in the program of a seed after people were erased from it.

    `earlier`: it was published by a release in which people landed as delivered.
    """
    places = locations(home / "landing", home / "p.duckdb", home / "site", None)
    write_program(places.landing, seed, size="small", year=YEAR)
    put_owners(places.landing)
    plainly = patch.object(landing, "people_of", lambda *_, **__: People(None, None))
    with plainly if earlier else contextlib.nullcontext():
        quick_run(places.landing, places.warehouse, YEAR, compiled)
    with patch.object(freezing, "TOKENS", "as they came") if earlier else contextlib.nullcontext():
        publish_quickly(places)
    if earlier:
        rebuilt(compiled)(places)
    counted = counts(places)
    known = people_of(home, make=False)
    erased = random.Random(seed).sample(addresses(known), min(ERASED, len(addresses(known))))
    with patch.object(replay, "build_tables", build_instead(compiled)):
        done = erase(places, erased, "Ann", "asked", write=True, rebuild=rebuilt(compiled))
        ledger, sources = read_ledger(places.ledger), sources_of(places)
        verified = verify(
            ledger,
            Verification(ledger.head, 0, 0),
            None,
            lambda ledger, publication: computed_again(ledger, publication, sources),
            code_version(),
            read_log(places.store),
        )
    faults = [fault.text for fault in verified.faults]
    if done.proven != [publication.name for publication in ledger.publications]:
        faults.append(f"only {done.proven} were proven")
    if counts(places) != counted:
        faults.append("people count otherwise than before")
    return faults + [
        f"{one.place} still names somebody"
        for address in erased
        for one in (
            *held_values(people_of(home, make=False), address),
            *held_in_files({"kept": places.store, "landing": places.landing}, address),
        )
    ]


def put_owners(landing_zone: Path) -> None:
    """Land who looks after the first two partners, received before anything else."""
    file = landing_zone / "partner_activity" / "partner_owners.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(OWNERS, "utf-8")
    os.utime(file, (0, 0))


def addresses(known: People) -> list[str]:
    """Everybody's address in lower case, in one order."""
    return sorted(
        {v.strip().lower() for (_, of), v in known.values.items() if of in ADDRESSES and "@" in v}
    )


def counts(places: Locations) -> list[tuple]:
    """Requirements with their values, and how many different tokens contacts have."""
    with connect(places.warehouse) as con:
        [(one,)] = con.execute(
            "select count(distinct lower(trim(email))) from landing.contacts"
        ).fetchall()
        return [(one,), *con.execute(COUNTS).fetchall()]


def publish_quickly(places: Locations) -> None:
    """Publish the year and its second review as they were built."""
    policy = load_policy()
    for period in (f"{YEAR}-H2", str(YEAR)):
        ledger = read_ledger(places.ledger)
        with connect(places.warehouse) as con:
            computed = decide(con, Published())
            request = Request(period, "Ann")
            frozen = freeze(
                con, computed, ledger, request, policy, code_version(), None, places.warehouse.name
            )
        write_publication(places.ledger, frozen.name, frozen.files)


def build_instead(compiled: tuple[Model, ...]) -> Callable[..., None]:
    """The models as dbt compiled them, without dbt."""

    def built(warehouse: Path, _: object) -> None:
        with connect(warehouse) as con:
            build(con, compiled)

    return built


def rebuilt(compiled: tuple[Model, ...]) -> Callable[[Locations], None]:
    """What a run does once people were erased: landing and models."""

    def rebuild(places: Locations) -> None:
        with connect(places.warehouse) as con:
            landing.land(con, places.landing, places.store)
            resolve(con)
            build(con, compiled)

    return rebuild


def main(argv: list[str] | None = None) -> int:
    """Exit code 1 where something does not hold in the program of any seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-39", help="first-last")
    parser.add_argument("--work", required=True, type=Path)
    options = parser.parse_args(argv)
    first, _, last = options.seeds.partition("-")
    compiled, broken = models(options.work / "models"), 0
    for seed in range(int(first), int(last or first) + 1):
        home = options.work / str(seed)
        shutil.rmtree(home, ignore_errors=True)
        differing = wrong(home, seed, compiled, earlier=seed % 2 == 1)
        broken += bool(differing)
        print(f"seed {seed}: {'; '.join(differing) or 'holds'}", flush=True)
        shutil.rmtree(home)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
