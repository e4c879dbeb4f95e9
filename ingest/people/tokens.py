"""The token that replaces a person's value: a keyed digest, which does not reveal the value.

Belongs here: how a token is made and known. Does not: which values get one (landed.py), or where
the values lie (store.py).

A token is the same for the same value, so that two people stay two and one stays one. It differs
where two spellings of one value differ, so that rows which were not duplicates do not become
duplicates. Without the secret nobody can tell whom a token stands for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field

# An earlier release wrote the tokens of erased people with a prefix of their own.
PREFIX, EARLIER_PREFIX = "person-", "erased-"
LENGTH = 26
TOKEN = re.compile(rf"(?:{PREFIX}|{EARLIER_PREFIX})[A-Za-z2-7]{{{LENGTH}}}")
ADDRESS, NAME = "address", "name"


@dataclass(frozen=True)
class Tokens:
    """Tokens made with one secret."""

    secret: bytes = field(repr=False)

    def address(self, value: str) -> str:
        """The token of an e-mail address: the same for everybody who has it, wherever it occurs,
        and in lower case the same for every spelling of it."""
        return self.of(ADDRESS, "", value)

    def name(self, owner: str, value: str) -> str:
        """The token of a name, which namesakes do not share: `owner` tells them apart."""
        return self.of(NAME, owner, value)

    def of(self, kind: str, owner: str, value: str) -> str:
        """The token of a value; spellings that differ in case have tokens that differ only in
        case."""
        plain = value.strip().lower()
        letters = self._digest(kind, owner, plain)[:LENGTH]
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
