"""`people.jsonl` and `people.key` beside the warehouse: whom each token represents.

Belongs here: reading and writing the two files, closed to others. Does not: which values lie there
(landed.py), or who may see them (the policy).

The key stays for as long as the warehouse: with another key everything lands again, with other
tokens. The same happens when the values are gone, since the kept deliveries still have them. When a
value is removed, its token stays but stands for nobody any more.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb

from ingest.atomic import OWN_FILE, write_file
from ingest.people.tokens import TOKEN, Tokens

KEY, VALUES = "people.key", "people.jsonl"
# The name that the key had while only erased people had tokens.
EARLIER_KEY = "erasure.key"
FOLDER = """
select path from duckdb_databases() where database_name = current_database() and path is not null
"""


@dataclass(frozen=True)
class Value:
    """What a token represents, and the column it came in (`contacts.email`)."""

    of: str
    value: str


@dataclass(frozen=True)
class _File:
    """The values as the file has them; `made` distinguishes it from a later file of the same
    warehouse."""

    made: str = ""
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass
class People:
    """Tokens of one warehouse, and the values behind them; `folder` None: the values are kept
    nowhere.

    `tokens` None: no value has ever been replaced by a token here.
    """

    folder: Path | None
    tokens: Tokens | None
    _new: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """A mark for the key with which tokens are made and the file of values, which reveals
        neither."""
        secret = self.tokens.secret.hex() if self.tokens else ""
        return hashlib.sha256(f"{secret} {self._file.made}".encode()).hexdigest()[:12]

    @cached_property
    def _file(self) -> _File:
        return _File() if self.folder is None else _read(self.folder / VALUES)

    @property
    def values(self) -> Mapping[tuple[str, str], str]:
        """(token, column) -> value, of all that is kept."""
        return self._file.values

    def value(self, token: str, of: str | None = None) -> str | None:
        """The value that a token stands for (as this column had it), None if unknown."""
        return self._by_token.get(token) if of is None else self.values.get((token, of))

    @cached_property
    def _by_token(self) -> Mapping[str, str]:
        exact = {token: value for (token, _), value in self.values.items()}
        # In lower case, all spellings of an address have the same token.
        return {token.lower(): value for token, value in exact.items()} | exact

    def plain(self, text: str) -> str | None:
        """A landed text as delivered: itself, or what its token stands for; None once erased."""
        return self.value(text.strip()) if TOKEN.fullmatch(text.strip()) else text

    def put(self, token: str, of: str, value: str) -> None:
        """Note a value, for `write`."""
        self._new[token, of] = value

    def write(self) -> None:
        """Add the noted values to those that are kept, on disk, before any token lands."""
        if self.folder is None:
            return
        new, self._new = self._new, {}
        if new.items() - self.values.items():
            self._change(lambda values: {**values, **new})

    def forget(self, is_theirs: Callable[[str, Value], bool]) -> int:
        """Remove the values for which `is_theirs` is true of token and value; returns how many."""
        count = 0

        def without(values: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
            nonlocal count
            left = {key: v for key, v in values.items() if not is_theirs(key[0], Value(key[1], v))}
            count = len(values) - len(left)
            return left

        if self.folder is not None and self.tokens is not None:
            self._change(without)
        return count

    def begin(self) -> None:
        """Make the file of values where there is none."""
        if self.folder is not None and not (self.folder / VALUES).exists():
            self._change(dict)

    def _change(
        self, change: Callable[[Mapping[tuple[str, str], str]], dict[tuple[str, str], str]]
    ) -> None:
        from filelock import FileLock

        assert self.folder is not None
        path = self.folder / VALUES
        with FileLock(str(path.with_name(f".{VALUES}.lock"))):
            known = _read(path)
            rows = [
                {"token": token, "of": of, "value": value}
                for (token, of), value in sorted(change(known.values).items())
            ]
            head = {"made": known.made or secrets.token_hex(16)}
            data = "".join(f"{json.dumps(row)}\n" for row in (head, *rows))
            write_file(path, data.encode("ascii"), mode=OWN_FILE)
        for name in ("_file", "_by_token"):
            self.__dict__.pop(name, None)


def people_of(folder: Path, *, make: bool) -> People:
    """The people of a warehouse's folder; with `make` a key is made where there is none."""
    path, earlier = folder / KEY, folder / EARLIER_KEY
    if make and not path.exists() and earlier.exists():
        earlier.replace(path)
    if make and not path.exists():
        write_file(path, secrets.token_hex(32).encode(), mode=OWN_FILE)
    key_file = path if path.exists() else earlier
    if not key_file.exists():
        return People(folder, None)
    people = People(folder, Tokens(bytes.fromhex(key_file.read_text("ascii").strip())))
    if make:
        people.begin()
    return people


def people_beside(con: duckdb.DuckDBPyConnection) -> People:
    """The people of an open warehouse; nobody of one without a file."""
    rows = con.execute(FOLDER).fetchall()
    return people_of(Path(rows[0][0]).parent, make=False) if rows else People(None, None)


def _read(path: Path) -> _File:
    if not path.exists():
        return _File()
    head, *rows = map(json.loads, path.read_text("ascii").splitlines())
    return _File(head["made"], {(row["token"], row["of"]): row["value"] for row in rows})
