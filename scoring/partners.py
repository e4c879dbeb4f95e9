"""Finding the partner that a person means, by id or by name.

Belongs here: exact id, exact name, and what to say when neither fits or a name fits twice.
Does not: matching end customers (that is data's work, in the models).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from scoring.rows import fetch

SUGGESTIONS = 5
NEAR_ENOUGH = 60
ALMOST = 80  # of an id: one character of six


class PartnerLookupError(LookupError):
    """What was typed fits no partner, or several; the message lists candidates with their ids."""


@dataclass(frozen=True)
class Partner:
    """A partner's id and name."""

    partner_id: str
    name: str

    def __str__(self) -> str:
        return f"{self.partner_id} ({self.name})" if self.name else self.partner_id


def find_partner(con: duckdb.DuckDBPyConnection, typed: str) -> Partner:
    """The one partner whose id is `typed`, else whose name is (without regard to case).

    An id that no partner file has, but that was enrolled and judged, is a partner without a name.
    Raises PartnerLookupError with near matches when there is none, and with the ids when several
    partners share the name.
    """
    rows = fetch(
        con,
        """select partner_id, name from marts.dim_partners
        union all by name
        select distinct partner_id, null as name from marts.fct_program_compliance
        where partner_id not in (select partner_id from marts.dim_partners)
        order by partner_id""",
    )
    partners = [Partner(row["partner_id"], row["name"] or "") for row in rows]
    wanted = typed.strip()
    by_id = [p for p in partners if p.partner_id == wanted]
    named = by_id or [p for p in partners if p.name.casefold() == wanted.casefold()]
    named = named or [p for p in partners if p.partner_id.casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        ids = ", ".join(p.partner_id for p in named)
        raise PartnerLookupError(
            f"{len(named)} partners are called {typed!r}: {ids}. Name one by its id."
        )
    raise PartnerLookupError(_nobody(typed, partners))


def _nobody(typed: str, partners: list[Partner]) -> str:
    # Most people type a partner's exact name, and need not wait for the search for similar ones.
    from rapidfuzz import fuzz

    if not partners:
        return f"No partner {typed!r}: marts.dim_partners is empty. Run the yearly job first."
    texts = {i: f"{p.partner_id} {p.name}" for i, p in enumerate(partners)}
    ids = {i: p.partner_id for i, p in enumerate(partners)}
    near = _near(typed, ids, fuzz.ratio, ALMOST) or _near(typed, texts, fuzz.WRatio, NEAR_ENOUGH)
    if not near:
        return f"No partner has the id or name {typed!r}, nor one like it."
    names = "; ".join(str(partners[index]) for _, _, index in near)
    return f"No partner has the id or name {typed!r}. Near: {names}."


def _near(typed: str, texts: dict[int, str], scorer: Callable, at_least: int) -> list[tuple]:
    """(text, likeness, place) of the texts most like what was typed; a mistyped id differs by one
    character."""
    from rapidfuzz import process, utils

    return process.extract(
        typed,
        texts,
        scorer=scorer,
        processor=utils.default_process,
        score_cutoff=at_least,
        limit=SUGGESTIONS,
    )
