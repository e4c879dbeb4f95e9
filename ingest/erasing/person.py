"""One person as its values, and a row without them.

Belongs here: which addresses, ids and names are one person's, a row without the person. Does not:
formats (files.py), where files lie, or how a token is made (ingest/people).

A value is replaced by the token under which it landed, so the file lands as it did before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb

from ingest.judging.contract import Entity, entities
from ingest.judging.headers import fold
from ingest.people.store import People, Value
from ingest.people.tokens import ADDRESS, NAME, TOKEN, Tokens
from ingest.personal_data import contact_ids

# From the contacts' rows: addresses of these ids that no other id has, as they landed.
ADDRESSES = """
select distinct lower(trim(email)) as address from landing.contacts
where list_contains($ids, contact_id) and trim(email) <> ''
except
select lower(trim(email)) from landing.contacts where not list_contains($ids, contact_id)
"""
NAMES = """
select distinct trim(name) as name from landing.contacts
where list_contains($ids, contact_id) and trim(name) <> ''
order by 1
"""
CONTACTS = "select partner_id from landing.contacts where list_contains($ids, contact_id)"
# The owner of a row that names no partner.
POINTED = {"registration_id": "landing.registrations", "app_id": "landing.apps"}
FREE_TEXT = "free_text"


@dataclass(frozen=True)
class Person:
    """Addresses (lower case), contact ids, names as delivered, and the warehouse's tokens."""

    addresses: tuple[str, ...]
    ids: frozenset[str]
    names: tuple[str, ...]
    tokens: Tokens

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Each of the addresses, whole, in any case."""
        either = "|".join(re.escape(one) for one in self.addresses)
        expression = rf"(?<![a-z0-9._%+-])(?<![a-z0-9]')(?:{either})(?![a-z0-9-]|\.[a-z0-9])"
        return re.compile(expression, re.IGNORECASE)

    @cached_property
    def _full_names(self) -> re.Pattern[str] | None:
        several = [re.escape(name) for name in self.names if len(name.split()) > 1]
        return re.compile(rf"\b(?:{'|'.join(several)})\b", re.IGNORECASE) if several else None

    def token(self, value: str, of: str = ADDRESS, owner: str | None = None) -> str:
        """The token for a value; the token of a name depends on the `owner` of its row."""
        if of == ADDRESS:
            return self.tokens.address(value)
        return self.tokens.of(of, self.addresses[0] if owner is None else owner.strip(), value)

    @property
    def mark(self) -> str:
        """What identifies the person in the log: a token, no address."""
        return self.token(self.addresses[0], "person")

    def text(self, value: str) -> str:
        """A text without the person's addresses."""
        return self.pattern.sub(lambda match: self.token(match[0]), value)

    def is_name(self, value: str) -> bool:
        """Whether a text is one of the person's names, or words of one."""
        words = value.lower().split()
        return bool(words) and any(set(words) <= set(name.lower().split()) for name in self.names)

    def row(
        self, header: Sequence[str], cells: Sequence[str | None], spec: Entity | None
    ) -> list[str | None]:
        """A row without the person; the same cells if the row does not concern the person.

        Addresses are replaced wherever they occur. In a row that is the person's (it has an address
        or an id of theirs) names are replaced as well: in columns that name people, and in those
        that the contract does not know. In a contact's own row no column that the contract does not
        know is kept.
        """
        blanked = [None if cell is None else self.text(cell) for cell in cells]
        folded = [fold(name) for name in header]
        if blanked == list(cells) and not self._has_id(folded, cells):
            return blanked
        known = {fold(column.name) for column in spec.columns} if spec else set()
        people = {fold(name): kind for name, kind in spec.people} if spec else {}
        own = spec is not None and spec.name == "contacts" and {"contactid", "name"} <= set(folded)
        for place, name in enumerate(folded):
            cell = blanked[place]
            if cell is None or not cell.strip() or TOKEN.fullmatch(cell.strip()):
                continue
            if own and (name == NAME or name not in known):
                blanked[place] = self.token(cell, NAME, cells[folded.index("contactid")])
            elif name in people or name not in known:
                blanked[place] = self._without_names(cell)
        return blanked

    def _has_id(self, folded: Sequence[str], cells: Sequence[str | None]) -> bool:
        return any(
            name == "contactid" and cell is not None and cell.strip() in self.ids
            for name, cell in zip(folded, cells, strict=False)
        )

    def _without_names(self, cell: str) -> str:
        if self.is_name(cell):
            return self.token(cell, NAME)
        if self._full_names is None:
            return cell
        return self._full_names.sub(lambda match: self.token(match[0], NAME), cell)


def person_of(con: duckdb.DuckDBPyConnection, email: str, people: People) -> Person:
    """The person with an address: the ids of its contacts, their names, and the addresses that only
    they have.

    Raises ValueError where nothing has landed under tokens yet.
    """
    if people.tokens is None:
        raise ValueError(
            "no people have landed under tokens here: an earlier release wrote this warehouse; run "
            "`plumbline run --year ...` first"
        )
    first = email.strip().lower()
    ids, addresses = _ids(con, {first}, people.tokens), {first}
    while True:
        rows = con.execute(ADDRESSES, {"ids": sorted(ids)}).fetchall()
        plain = (people.plain(one) for (one,) in rows)
        more = {one.strip().lower() for one in plain if one and "@" in one} | addresses
        wider = ids | _ids(con, more, people.tokens)
        if (wider, more) == (ids, addresses):
            break
        ids, addresses = wider, more
    landed = con.execute(NAMES, {"ids": sorted(ids)}).fetchall()
    names = sorted({name.strip() for (one,) in landed if (name := people.plain(one))})
    # An id that is an address landed as its token; files have both.
    every = ids | {name for one in ids if (name := people.plain(one))}
    others = sorted(addresses - {first})
    return Person((first, *others), frozenset(every), tuple(names), people.tokens)


def _ids(con: duckdb.DuckDBPyConnection, addresses: set[str], tokens: Tokens) -> set[str]:
    return {one for address in addresses for one in contact_ids(con, address, tokens)}


def is_theirs(con: duckdb.DuckDBPyConnection, person: Person) -> Callable[[str, Value], bool]:
    """Which of the values kept under tokens are the person's, by token and value."""
    rows = con.execute(
        "select unnest([name, _extra]) from landing.contacts where list_contains($ids, contact_id)"
        " union select _extra from landing.trainings where list_contains($ids, contact_id)",
        {"ids": sorted(person.ids)},
    ).fetchall()
    tokens = {token for (token,) in rows if token is not None}
    return lambda token, value: token in tokens or person.pattern.search(value.value) is not None


def partners_of(con: duckdb.DuckDBPyConnection, person: Person) -> list[str]:
    """The partners that the person was delivered under, in any column that names people."""
    marks = sorted({*person.addresses, *(person.token(one) for one in person.addresses)})
    parameters = {"ids": sorted(person.ids), "marks": marks}
    queries = [CONTACTS]
    for spec in entities():
        table = _of_partners(spec)
        tests = [
            f'list_contains($marks, lower(trim("{column}")))'
            if kind != FREE_TEXT
            else f'exists (from unnest($marks) as marks (m) where contains(lower("{column}"), m))'
            for column, kind in spec.people
        ]
        if table and tests:
            queries.append(f"select partner_id from {table} where {' or '.join(tests)}")
    every = " union ".join(queries)
    rows = con.execute(f"{every} order by 1", parameters).fetchall()
    return [one for (one,) in rows if one is not None]


def _of_partners(spec: Entity) -> str:
    """The landed rows of an entity, each with its partner; empty where it has none."""
    table, names = f"landing.{spec.name}", {column.name for column in spec.columns}
    if "partner_id" in names:
        return table
    for name, owner in POINTED.items():
        if name in names:
            return f"(from {table} join (select {name}, partner_id from {owner}) using ({name}))"
    return ""
