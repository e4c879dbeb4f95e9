"""Every byte of the demonstration's outputs, searched for the people of partners.

Addresses occur only in one file and in the deliveries; names also occur where the policy lets the
program's own team see them, and in the letter of the partner whose people they are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.letters import write_letters
from ingest.people.store import KEY, VALUES, people_beside
from ingest.personal_data import TEXT_COLUMNS, _parts
from orchestration.ledger import code_version
from scoring.bundle import write_bundle
from scoring.export import export
from scoring.ledger.files import read_ledger
from scoring.ledger.freeze import Request, freeze
from scoring.policy.load import load_policy
from scoring.run import Published, decide
from tests.conftest import DEMO_YEAR

WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
ADDRESS = re.compile(r"[\w.%+'-]+(?:@|%40|&#64;)[\w-]+(?:\.[\w-]+)+")
# Who looks after partners, whom the policy shows to the team and to the partner itself.
OWN = "partner_owners.owner"
# Where the program's own team may read a contact's name: Today and what is drawn from it, reviews.
ACTIONS = "decisions.actions"
TEAM = re.compile(r"site/(?:governance|today|later|index|leadership|owners/|partners/).*")


@pytest.fixture(scope="module")
def exported_files(demo_run, tmp_path_factory):
    """The outputs of the demonstration: export, letters, a bundle."""
    import duckdb

    to = tmp_path_factory.mktemp("given")
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        export(con, to / "export", "parquet")
        write_letters(con, DEMO_YEAR, to / "letters")
        write_bundle(con, "P-0001", DEMO_YEAR, to / "bundle.duckdb")
        ledger, policy = read_ledger(demo_run.ledger), load_policy()
        for period in (str(DEMO_YEAR), f"{DEMO_YEAR}-H2"):
            frozen = freeze(
                con,
                decide(con, Published()),
                ledger,
                Request(period, "Ann"),
                policy,
                code_version(),
                None,
            )
            for name, data in frozen.files.items():
                (to / f"{period}-{name}").write_bytes(data)
    return to


@pytest.fixture(scope="module")
def people(demo_run):
    """(addresses, names) of the people of partners, in lower case."""
    import duckdb

    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        values = people_beside(con).values
        own = {value.lower() for (_, of), value in values.items() if of == OWN}
    named = {value.strip().lower() for value in values.values()} - own
    names = {value.lower() for (_, of), value in values.items() if of == "contacts.name"}
    return {one for one in named if "@" in one}, {name for name in names if " " in name}


def people_in(text: str, people) -> set[str]:
    """The addresses and names that a text says."""
    addresses, names = people
    low = text.lower()
    spelt = {one.replace("%40", "@").replace("&#64;", "@") for one in ADDRESS.findall(low)}
    words = WORD.findall(low)
    pairs = {" ".join(pair) for pair in itertools.pairwise(words)}
    return (spelt & addresses) | (pairs & names)


def tables(file: Path) -> Iterator[tuple[str, str]]:
    """(table, every different text of it) of a warehouse."""
    import duckdb

    with duckdb.connect(str(file), read_only=True) as con:
        for schema, table, column in con.execute(TEXT_COLUMNS).fetchall():
            query = f'select distinct cast("{column}" as varchar) from {schema}."{table}"'
            rows = con.execute(query).fetchall()
            yield f"{schema}.{table}", "\n".join(text for (text,) in rows if text)


@pytest.fixture(scope="module")
def owners(demo_run):
    """The addresses of who looks after partners, in lower case."""
    import duckdb

    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        values = people_beside(con).values
    return {value.strip().lower() for (_, of), value in values.items() if of == OWN}, set()


def test_there_are_people_to_look_for(people, demo_run):
    addresses, names = people
    assert len(addresses) > 50 and len(names) > 50
    assert people_in((demo_run.warehouse.parent / VALUES).read_text("ascii"), people) >= addresses


def test_who_looks_after_a_partner_is_named_to_the_team_and_to_that_partner(
    owners, demo_run, exported_files
):
    assert len(owners[0]) > 5
    files = (demo_run.warehouse, demo_run.serving, exported_files / "bundle.duckdb")
    named = {table for file in files for table, text in tables(file) if people_in(text, owners)}
    assert named == {ACTIONS}
    holding = set()
    home = demo_run.warehouse.parent
    for folder in (demo_run.site, demo_run.ledger, exported_files):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".duckdb":
                texts = (part.decode("utf-8", "replace") for part in _parts(path))
                if any(people_in(text, owners) for text in texts):
                    place = home if home in path.parents else exported_files
                    holding.add(path.relative_to(place).as_posix())
    letters = {name for name in holding if name.startswith("letters/")}
    assert letters
    others = {name for name in holding - letters if not TEAM.fullmatch(name)}
    assert others == {"export/actions.parquet", "site/partners.html"}


def test_tables_name_nobody_but_in_what_the_team_has_to_do(people, demo_run, exported_files):
    by_table = {
        (file.name, table): say
        for file in (demo_run.warehouse, demo_run.serving, exported_files / "bundle.duckdb")
        for table, text in tables(file)
        if (say := people_in(text, people))
    }
    assert {table for _, table in by_table} <= {ACTIONS}
    assert not any("@" in one for says in by_table.values() for one in says)


def test_files_name_nobody_but_on_the_teams_pages(people, demo_run, exported_files):
    folders = (demo_run.site, demo_run.ledger, demo_run.dagster_home, exported_files)
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    home = demo_run.warehouse.parent
    files += [p for p in home.iterdir() if p.is_file() and p.name not in (KEY, VALUES)]
    by_file: dict[str, set[str]] = {}
    for path in files:
        # The tables of a warehouse are searched above; here it is the leftovers in its blocks.
        is_packed = ".duckdb" in path.name
        for part in _around_signs(path) if is_packed else _parts(path):
            say = people_in(part.decode("utf-8", "replace"), people)
            if say:
                name = path.relative_to(home if home in path.parents else exported_files).as_posix()
                by_file[name] = by_file.get(name, set()) | say
    assert not {name: one for name, says in by_file.items() for one in says if "@" in one}
    beside = {name for name in by_file if not TEAM.fullmatch(name)}
    letters = {name for name in beside if name.startswith("letters/")}
    assert beside - letters <= {"export/actions.parquet"}
    for name in letters:
        assert by_file[name] <= names_of(demo_run, name.removeprefix("letters/")[: len("P-0001")])


def names_of(places, partner: str) -> set[str]:
    """The names of a partner's own contacts, in lower case."""
    import duckdb

    with duckdb.connect(str(places.serving), read_only=True) as con:
        known, query = people_beside(con), "select name from landing.contacts where partner_id = ?"
        tokens = [token for (token,) in con.execute(query, [partner]).fetchall() if token]
    return {(known.plain(token) or "").lower() for token in tokens}


def _around_signs(path: Path) -> Iterator[bytes]:
    """The bytes around each @ in a big file."""
    data = path.read_bytes()
    yield b"\n".join(data[max(0, m.start() - 64) : m.end() + 64] for m in re.finditer(b"@", data))
