"""`verify` and `restate`: compares published decisions with what is kept, and with late data.

Belongs here: places, and the inputs of a replay. Does not: comparing (scoring/ledger/), or
anything that changes a decision: nothing here writes to the warehouse or the ledger.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.erasing.log import NOTHING, LogBroken, read_log
from ingest.landing.replay import Missing, Sources, missing_bytes, usage_places
from ingest.resolved.kept import read_answers
from orchestration import shown_results, warehouse
from orchestration.ledger import code_version, signers_of
from orchestration.periods import RunRequest
from orchestration.program import hold_program
from orchestration.replay import Inputs, replay
from orchestration.settings import Locations
from orchestration.speed import stages
from orchestration.stamping import authorities_of
from orchestration.warehouse import WarehouseBusy
from scoring.ledger.compare import Change, changes
from scoring.ledger.decided import decision_records
from scoring.ledger.files import Ledger, in_force, read_ledger
from scoring.ledger.freeze import COLUMN_MAPS, PEOPLE, TOKENS
from scoring.ledger.integrity import Fault
from scoring.ledger.published import published_rows
from scoring.ledger.records import LedgerBroken, LedgerRefusal, Publication, Record
from scoring.ledger.verify import Verification, check_files, deliveries_of
from scoring.ledger.verify import verify as compare
from scoring.policy.archive import from_json
from scoring.rows import Row, fetch
from scoring.run import Published, decide


def sources_of(places: Locations) -> Sources:
    """Where the bytes of deliveries may be."""
    noted: dict = {}
    if places.serving.exists() or places.warehouse.exists():
        with warehouse.read(places) as con:
            noted = usage_places(con)
    return Sources(places.store, places.landing, noted)


def verify(
    places: Locations,
    year: int | None,
    head: str | None,
    *,
    compute: bool = True,
    signers: Path | None = None,
    authorities: Path | None = None,
) -> Verification:
    """Check every byte of ledger and raw store, then compute the decisions of `year` (None: all)
    again; with compute=False only the bytes are checked. `signers`, `authorities`: the caller's
    lists of allowed keys and of trusted time authorities, instead of the policy set's. Raises
    LedgerRefusal when there is nothing to check.
    """
    hold_program(places)
    sources = sources_of(places)
    ledger, verification = check_files(
        places.ledger,
        places.store,
        lambda rows: _missing(rows, sources),
        head,
        signers or signers_of(places),
        authorities or authorities_of(places),
    )
    verification.faults += _shown_faults(places, ledger) + _unpublished_faults(
        places, ledger, sources
    )
    if not ledger.publications and not verification.faults:
        raise LedgerRefusal(f"nothing is published in {places.ledger}; see `plumbline publish`")
    periods = None if year is None else _periods(ledger, year)
    if periods == set() and not verification.faults:
        raise _unpublished(str(year), f"--year {year}", places)
    if not compute:
        return verification

    def recompute(ledger: Ledger, publication: Publication) -> tuple[list[Record], list[Any]]:
        return computed_again(ledger, publication, sources)

    try:
        erasures = read_log(places.store)
    except LogBroken:
        erasures = NOTHING  # the fault is named already
    return compare(ledger, verification, periods, recompute, code_version(), erasures)


def _missing(rows: Iterable[Mapping[str, Any]], sources: Sources) -> list[Missing]:
    """`missing_bytes`; nothing where the record of erasures is broken, which is a fault of its
    own."""
    try:
        return missing_bytes(rows, sources)
    except LogBroken:
        return []


def computed_again(
    ledger: Ledger, publication: Publication, sources: Sources
) -> tuple[list[Record], list[Any]]:
    """A publication's decisions computed from its inputs, and the deliveries as they landed
    again."""
    return replay(_recorded(ledger, publication), sources, publication.period)


def _unpublished_faults(places: Locations, ledger: Ledger, sources: Sources) -> list[Fault]:
    """Changed or missing kept bytes of deliveries that no publication has used yet."""
    has_run = places.serving.exists() or places.warehouse.exists()
    if not has_run or not ledger.publications:
        return []
    with warehouse.read(places) as con:
        rows = fetch(con, "from landing.deliveries order by received_at, file, delivery_id")
    used: set[str] = set()
    for publication in ledger.publications:
        with contextlib.suppress(LedgerBroken):
            used |= {row["delivery_id"] for row in deliveries_of(ledger, publication)}
    new = [row for row in rows if row["delivery_id"] not in used]
    return [Fault("", missing.file, missing.why) for missing in _missing(new, sources)]


def _shown_faults(places: Locations, ledger: Ledger) -> list[Fault]:
    """Where the warehouse and the copy for readers differ from ledger and stages; nothing for one
    that a run is writing now."""
    faults = []
    for path in (places.warehouse, places.serving) if ledger.publications else ():
        if path.exists():
            with contextlib.suppress(WarehouseBusy, LedgerBroken), warehouse.look(path) as con:
                faults += [
                    Fault("", path.name, why)
                    for why in shown_results.faults(con, ledger, whole=True)
                ]
    return faults


def _periods(ledger: Ledger, year: int) -> set[str]:
    return {p.period for p in ledger.publications if p.period.split("-")[0] == str(year)}


def _recorded(ledger: Ledger, publication: Publication) -> Inputs:
    """The inputs that the publication itself records."""
    opening, answers = publication.opening, ledger.answers_text(publication)
    return Inputs(
        request=_request(publication, _moment(opening["run"]["known_at"])),
        policy=from_json(ledger.policy_text(publication)),
        deliveries=deliveries_of(ledger, publication),
        acceptances=opening["acceptances"],
        demo_installations=opening["demo_installations"],
        published=_before(ledger, publication),
        column_maps=opening.get("column_maps", ()),
        people_as_tokens=_has_tokens(publication),
        answers=None if answers is None else read_answers(answers),
    )


def _has_tokens(publication: Publication) -> bool:
    return publication.opening.get(PEOPLE) == TOKENS


def _request(publication: Publication, known_at: datetime | None) -> RunRequest:
    run = publication.opening["run"]
    return RunRequest(run["year"], run["last_period"], date.fromisoformat(run["as_of"]), known_at)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _before(ledger: Ledger, publication: Publication) -> Published:
    """What had been published when this one was made, as its run knew it."""
    known_at = _moment(publication.opening["run"]["known_at"])
    return published_rows(in_force(ledger, known_at=known_at, before=publication.sequence))


@dataclass(frozen=True)
class Restatement:
    """What a publication's decisions would be with everything that has landed since; nothing is
    changed.

    `late`: deliveries that it did not use. `changes`: by decision, fact and column, with amounts.
    """

    publication: str
    period: str
    late: list[Row]
    changes: list[Change]


def restate(places: Locations, periods: set[str] | None, year: int | None) -> list[Restatement]:
    """One restatement for each publication in force of the wanted periods or year.

    LedgerRefusal when none of them is published.
    """
    hold_program(places)
    ledger = read_ledger(places.ledger)
    wanted = periods if periods is not None else _periods(ledger, year or 0)
    publications = [p for p in in_force(ledger) if p.period in wanted]
    if not publications:
        if periods is None:
            raise _unpublished(str(year), f"--year {year}", places)
        named = sorted(periods)
        raise _unpublished(", ".join(named), f"--period {named[0]}", places)
    sources = sources_of(places)
    return [_restatement(places, sources, ledger, publication) for publication in publications]


def _unpublished(what: str, option: str, places: Locations) -> LedgerRefusal:
    """The refusal of a period or year that is not in the ledger, with the command that adds it."""
    return LedgerRefusal(
        f"nothing of {what} is published in {places.ledger}; "
        f"`plumbline publish {option} --by NAME` publishes it"
    )


def _restatement(
    places: Locations, sources: Sources, ledger: Ledger, publication: Publication
) -> Restatement:
    from ingest.formats.procore_installations import declared_demos

    policy = from_json(ledger.policy_text(publication))
    used = {row["delivery_id"] for row in deliveries_of(ledger, publication)}
    with warehouse.read(places) as con:
        landed = fetch(con, "from landing.deliveries order by received_at, file, delivery_id")
        words = fetch(con, "from landing.acceptances order by all")
        maps = fetch(con, COLUMN_MAPS)
        now = None
        if _has_tokens(publication):
            now = _from_tables(con, ledger, publication, policy.version)
    if now is None:
        inputs = Inputs(
            request=_request(publication, None),
            policy=policy,
            deliveries=landed,
            acceptances=words,
            demo_installations=declared_demos(places.landing),
            published=_before(ledger, publication),
            column_maps=maps,
            people_as_tokens=_has_tokens(publication),
        )
        now, _ = replay(inputs, sources, publication.period)
    names = ("delivery_id", "file", "received_at", "status", "rows_accepted", "rows_quarantined")
    late = [{n: row[n] for n in names} for row in landed if row["delivery_id"] not in used]
    return Restatement(
        publication.name, publication.period, late, changes(publication.decisions, now)
    )


def _from_tables(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, publication: Publication, version: str
) -> list[Record] | None:
    """The decisions from the tables, if these are of a finished run under the publication's own
    policy that knows everything and reaches its period; else None."""
    row = con.execute("select policy_version, known_at from run.parameters").fetchone()
    if row is None or row != (version, None):
        return None
    if not stages.is_built(con, "decisions", stages.built_digest(con)):
        return None
    known = con.execute("select period from intermediate.int_periods").fetchall()
    if (publication.period,) not in known:
        return None
    return decision_records(con, decide(con, _before(ledger, publication)), publication.period)
