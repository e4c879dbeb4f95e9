"""What libraries said about landed texts, as a publication keeps it and `verify` reads it.

Belongs here: taking those answers out of a warehouse, their file, and using them instead of the
installed libraries. Does not: the ledger's folder (scoring/ledger), or any library's call.

Lists age: holidays, public suffixes, mail hosts, currencies, zones. A publication was decided with
the answers of its day, so it is proved with them, whatever is installed by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb

from ingest.judging.clock import Clock, kept_clock
from ingest.judging.currencies import active_codes, kept_currencies, last_good_days

DOMAINS = "select domain_text, registrable_domain, usable from resolved.domains order by all"
NAMES = "select name_text, normalised_name from resolved.names order by all"
DAYS = "select day, is_business_day, holiday from resolved.business_days order by day"
ZONE = "select time_zone, from_at, offset_seconds from resolved.zone_changes order by from_at"


@dataclass(frozen=True)
class Answers:
    """domains: text -> (registrable domain or None, usable); names: text -> normalised; days: day
    -> (is a business day, holiday or None); clock: the program's zone; active, last_good: currency
    codes, and the last good day of each withdrawn one."""

    domains: Mapping[str, tuple[str | None, bool]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[date, tuple[bool, str | None]] = field(default_factory=dict)
    clock: Clock | None = None
    active: tuple[str, ...] = ()
    last_good: Mapping[str, str] = field(default_factory=dict)


NOTHING_KEPT = Answers()
_KEPT: ContextVar[Answers] = ContextVar("kept_answers", default=NOTHING_KEPT)


def kept_answers() -> Answers:
    """The answers that take precedence over the installed libraries'; empty outside of
    `answering`."""
    return _KEPT.get()


def answers_of(con: duckdb.DuckDBPyConnection) -> bytes:
    """The answers that libraries gave the run of a warehouse, as one JSON document."""
    days = con.execute(DAYS).fetchall()
    answers = {
        "domains": con.execute(DOMAINS).fetchall(),
        "names": con.execute(NAMES).fetchall(),
        # A calendar is its first day, its last, and the days off between them.
        "calendar": [str(day[0]) for day in (days[:1] + days[-1:])],
        "days_off": [[str(day), holiday] for day, works, holiday in days if not works],
        "working_holidays": [[str(day), name] for day, works, name in days if works and name],
        "zone": [
            [zone, str(start), offset] for zone, start, offset in con.execute(ZONE).fetchall()
        ],
        "active_currencies": active_codes(),
        "withdrawn_currencies": last_good_days(),
    }
    return json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_answers(text: str) -> Answers:
    """The answers that `answers_of` wrote."""
    answers = json.loads(text)
    off = {date.fromisoformat(day): (False, name) for day, name in answers["days_off"]}
    named = {date.fromisoformat(day): (True, name) for day, name in answers["working_holidays"]}
    return Answers(
        domains={text: (domain, usable) for text, domain, usable in answers["domains"]},
        names=dict(answers["names"]),
        days=_every_day(answers["calendar"]) | off | named,
        clock=_clock(answers["zone"]),
        active=tuple(answers["active_currencies"]),
        last_good=answers["withdrawn_currencies"],
    )


def _every_day(ends: list[str]) -> dict[date, tuple[bool, str | None]]:
    if not ends:
        return {}
    first, last = (date.fromisoformat(end).toordinal() for end in ends)
    return {date.fromordinal(n): (True, None) for n in range(first, last + 1)}


def _clock(rows: list[tuple[str, str, int]]) -> Clock | None:
    if not rows:
        return None
    changes = [(datetime.fromisoformat(start), offset) for _, start, offset in rows]
    # The first offset also applies before the first change, however far back.
    return Clock(rows[0][0], ((datetime.min, changes[0][1]), *changes[1:]))


@contextmanager
def answering(answers: Answers | None) -> Iterator[None]:
    """Inside this context these answers take precedence over those of the installed libraries;
    None: none do."""
    if answers is None:
        yield
        return
    with ExitStack() as stack:
        if answers.clock is not None:
            stack.enter_context(kept_clock(answers.clock))
        if answers.active:
            stack.enter_context(kept_currencies(answers.active, answers.last_good))
        token = _KEPT.set(answers)
        stack.callback(_KEPT.reset, token)
        yield
