"""One person as its values, and the tokens that take their place.

Belongs here: which addresses, ids and names are one person's, tokens, a row without the person.
Does not: formats (files.py), or where files lie.

A token is the same for the same value, so that two people stay two and one stays one; it differs
where two writings of one value differ, so that rows which were no duplicates become none. Without
the secret nobody can tell whom a token stood for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb

from ingest.held import contact_ids
from ingest.judging.contract import Entity
from ingest.judging.headers import fold

PREFIX = "erased-"
LENGTH = 26
TOKEN = re.compile(rf"{PREFIX}[A-Za-z2-7]{{{LENGTH}}}")
# Of the contacts' rows: whose address it is, and whether somebody else has it too.
ADDRESSES = """
select distinct lower(trim(email)) as address from landing.contacts
where list_contains($ids, contact_id) and contains(email, '@')
except
select lower(trim(email)) from landing.contacts where not list_contains($ids, contact_id)
"""
NAMES = """
select distinct trim(name) as name from landing.contacts
where (list_contains($ids, contact_id) or list_contains($addresses, lower(trim(email))))
    and trim(name) <> ''
order by 1
"""


@dataclass(frozen=True)
class Person:
    """Addresses (lower case), contact ids, names as delivered, and the warehouse's secret."""

    addresses: tuple[str, ...]
    ids: frozenset[str]
    names: tuple[str, ...]
    secret: bytes

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Each of the addresses, whole, in any case."""
        either = "|".join(re.escape(one) for one in self.addresses)
        found = rf"(?<![a-z0-9._%+-])(?<![a-z0-9]')(?:{either})(?![a-z0-9-]|\.[a-z0-9])"
        return re.compile(found, re.IGNORECASE)

    @cached_property
    def _full_names(self) -> re.Pattern[str] | None:
        several = [re.escape(name) for name in self.names if len(name.split()) > 1]
        return re.compile(rf"\b(?:{'|'.join(several)})\b", re.IGNORECASE) if several else None

    def token(self, value: str, of: str = "address") -> str:
        """What stands in place of a value: the same for writings in another case but for the case
        of its own letters."""
        plain = value.strip().lower()
        owner = "" if of == "address" else self.addresses[0]
        letters = self._digest(of, owner, plain)[:LENGTH]
        if value == plain:
            return PREFIX + letters
        bits = int(hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest(), 16)
        return PREFIX + "".join(
            letter.upper() if bits >> place & 1 else letter for place, letter in enumerate(letters)
        )

    def _digest(self, *parts: str) -> str:
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        made = hmac.new(self.secret, text, hashlib.sha256).digest()
        return base64.b32encode(made).decode().lower()

    @property
    def mark(self) -> str:
        """The person in the log: a token, no address."""
        return self.token(self.addresses[0], "person")

    def text(self, value: str) -> str:
        """A text without the person's addresses."""
        return self.pattern.sub(lambda found: self.token(found[0]), value)

    def is_name(self, value: str) -> bool:
        """Whether a text is one of the person's names, or words of one."""
        words = value.lower().split()
        return bool(words) and any(set(words) <= set(name.lower().split()) for name in self.names)

    def row(
        self, header: Sequence[str], cells: Sequence[str | None], spec: Entity | None
    ) -> list[str | None]:
        """A row without the person; the same cells where it says nothing of the person.

        Addresses go wherever they stand. In a row that is the person's (it has an address or an id
        of theirs) names go as well: from columns that name people, and from those that the
        contract does not know. Of a contact's own row nothing that the contract does not know
        stays.
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
            if own and (name == "name" or name not in known):
                blanked[place] = self.token(cell, "name")
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
            return self.token(cell, "name")
        if self._full_names is None:
            return cell
        return self._full_names.sub(lambda found: self.token(found[0], "name"), cell)


def person_of(con: duckdb.DuckDBPyConnection, email: str, secret: bytes) -> Person:
    """Who has an address: the ids of its contacts, their names, and addresses of theirs alone."""
    first = email.strip().lower()
    ids, addresses = set(contact_ids(con, first)), {first}
    while True:
        given = {"ids": sorted(ids)}
        more = {one for (one,) in con.execute(ADDRESSES, given).fetchall()} | addresses
        found = ids.union(*(contact_ids(con, one) for one in more))
        if (found, more) == (ids, addresses):
            break
        ids, addresses = found, more
    others = sorted(addresses - {first})
    named = con.execute(NAMES, {"ids": sorted(ids), "addresses": [first, *others]}).fetchall()
    names = tuple(name for (name,) in named if not TOKEN.fullmatch(name))
    return Person((first, *others), frozenset(ids), names, secret)


def partners_of(con: duckdb.DuckDBPyConnection, person: Person) -> list[str]:
    """The partners that the person was delivered under."""
    rows = con.execute(
        "select distinct partner_id from landing.contacts"
        " where list_contains($ids, contact_id) and partner_id is not null order by 1",
        {"ids": sorted(person.ids)},
    ).fetchall()
    return [one for (one,) in rows]
