"""Lands everything new of a landing zone, once, in the order of receipt.

Belongs here: the sequence of steps, one transaction per source. Does not: the steps themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb

from ingest.deliveries.acceptances import LIFTED, keys, land_acceptances
from ingest.deliveries.delivery import ACCEPTED, REFUSED, Piece
from ingest.deliveries.discover import LandingFile, as_delivered, discover, scope_of
from ingest.deliveries.kept_results import forget_lists, keep_results
from ingest.deliveries.landing_tables import create_tables
from ingest.deliveries.raw_store import kept_file, mend, on_disk
from ingest.deliveries.receipt_order import (
    LINES,
    Known,
    known_deliveries,
    landed_groups,
    settle_duplicates,
    settle_replacements,
)
from ingest.deliveries.refusal import Words
from ingest.deliveries.report import DeliveryResult, LandingReport
from ingest.deliveries.settings import Settings, judged_under, note_maps, settings_of
from ingest.deliveries.write import demote, forget, write_pieces
from ingest.expectations.suites import CheckResult
from ingest.formats.map_store import Maps
from ingest.formats.procore_installations import declared_demos
from ingest.judging.contract import sources as declared_sources
from ingest.judging.entity_paths import entity_of
from ingest.judging.sql import first
from ingest.landing.judge_files import judge_files
from ingest.landing.prepare import in_place, prepare, write_scanned
from ingest.people.store import People, people_of
from ingest.quarantine.put_right import put_right
from ingest.sources.in_place import is_place
from ingest.usage.feed import SPEC
from ingest.usage.parts import forget_parts
from ingest.usage.places import note_places, unchanged
from ingest.usage.view import attach_usage

Progress = Callable[[str], None]


def _restored(
    con: duckdb.DuckDBPyConnection, known: Iterable[Known], source: str, store: Path
) -> list[LandingFile]:
    """Files of deliveries that landed before, from the bytes kept of them."""
    query = "select delivery_id, path, size from landing.usage_files"
    places = {delivery_id: where for delivery_id, *where in con.execute(query).fetchall()}
    files: dict[tuple[str, str], LandingFile] = {}
    for delivery in known:
        place, size = places.get(delivery.delivery_id, ("", None))
        path = Path(place) if place else kept_file(store, delivery.sha256)
        # Usage parquet that was overwritten or removed keeps its judgement.
        if path and not (unchanged(place, size, delivery.sha256) if place else path.is_file()):
            path = None
        parts = tuple(delivery.file.split("/")[1:])
        entity = entity_of(source, parts)
        if path and entity:
            files[delivery.file, delivery.sha256] = LandingFile(
                path,
                delivery.file,
                source,
                entity,
                delivery.sha256,
                delivery.received_at,
                scope_of(entity, parts),
                stands_for_it="" if place else path.name,
                place=place if is_place(place) else "",
            )
    return list(files.values())


class _SourceLanding:
    """The landing of one source: what is new, what has to be judged again, and the writing."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        source: str,
        store: Path,
        settings: Settings,
        words: Words,
        people: People,
    ) -> None:
        self.con, self.source, self.store, self.settings = con, source, store, settings
        self.words, self.people = words, people
        self.known = known_deliveries(con, source)
        self.rejudged: set[str] = set()
        self.mended: list[str] = []

    def _outdated(self) -> bool:
        """Whether earlier deliveries were judged under another contract or policy, before a
        person was erased from them, or when people's values lay somewhere else."""
        query = "select fingerprint from landing.judged_under where source = ?"
        row = first(self.con, query, [self.source])
        return row is not None and row[0] != self._under()

    def _under(self) -> str:
        return judged_under(self.settings, self.source, self.store, self.people)

    def _new(self, files: Sequence[LandingFile]) -> list[LandingFile]:
        ids = {d.delivery_id for d in self.known}
        by_file = {(d.file, d.sha256) for d in self.known}
        return [
            self._after_known(f)
            for f in files
            if f.delivery_id() not in ids and (f.file, f.sha256) not in by_file
        ]

    def _after_known(self, file: LandingFile) -> LandingFile:
        """Place new bytes at a known path after the earlier ones.

        A list of receipts may still have the moment of the bytes before; the new ones then get one
        microsecond more, so that there are no ties of receipt (semantics 2).
        """
        taken = {d.received_at for d in self.known if d.file == file.file and d.status != REFUSED}
        moment = file.received_at
        while moment in taken:
            moment += timedelta(microseconds=1)
        return replace(file, received_at=moment)

    def _readmitted(self, files: Sequence[LandingFile]) -> list[LandingFile]:
        """Refused deliveries that a person has since accepted, where that can lift the refusal."""
        lifted = self.con.execute(
            "select delivery_id from landing.quarantine"
            ' where "row" is null and list_contains(?, rule)',
            [list(LIFTED.values())],
        ).fetchall()
        refused = [d for d in self.known if d.status == REFUSED and (d.delivery_id,) in lifted]
        wanted = [d for d in refused if (d.file, d.sha256) in self.words]
        here = {(f.file, f.sha256): f for f in files}
        restored = _restored(self.con, wanted, self.source, self.store)
        named = {(f.file, f.sha256): f for f in restored}
        keys = sorted({(d.file, d.sha256) for d in wanted} & (here.keys() | named.keys()))
        return [here.get(key) or named[key] for key in keys]

    def _again(self, files: Sequence[LandingFile]) -> list[LandingFile]:
        """Known deliveries to judge again: all when the rules changed; for subscription_lines those
        received after a new one, since they may now replace a different report."""
        if self._outdated():
            return _restored(self.con, self.known, self.source, self.store)
        lines = [d for d in self.known if d.entity == LINES and d.status != REFUSED]
        feeding = [f for f in files if f.entity in (LINES, "workbook")]
        if not feeding or not lines:
            return []
        first = min((f.received_at, f.file) for f in feeding)
        later = [d for d in lines if d.order > first]
        return _restored(self.con, later, self.source, self.store)

    def _pieces(self, files: Sequence[LandingFile], again: Sequence[LandingFile]) -> list[Piece]:
        read = prepare(self.con, [*files, *again], self.settings, self.store)
        if not again or self._outdated():
            return read
        # When a workbook is judged again for its order, only its lines depend on the order of
        # receipt.
        old = {(f.file, f.sha256) for f in again}
        return [p for p in read if (p.origin.file, p.origin.sha256) not in old or p.entity == LINES]

    def _settle(self, pieces: Sequence[Piece]) -> list[str]:
        mine = {p.delivery_id for p in pieces}
        self.rejudged = {d.delivery_id for d in self.known} & mine
        others = [d for d in self.known if d.delivery_id not in mine]
        demoted = settle_duplicates(pieces, others)
        lines = [p for p in pieces if p.entity == LINES]
        if lines:
            settle_replacements(lines, landed_groups(self.con, min(p.order for p in lines)))
        return demoted

    def land(self, files: Sequence[LandingFile]) -> tuple[list[Piece], list[CheckResult]]:
        """Land everything new of this source in one transaction; returns the new pieces."""
        new = self._new(files)
        landed = {(d.file, d.sha256) for d in self.known if d.status == ACCEPTED}
        kept_of = (f for f in files if (f.file, f.sha256) in landed and not in_place(f))
        self.mended = mend(self.store, kept_of)
        if not self._outdated():
            new += self._readmitted(files)
        again = [f for f in self._again(new) if f not in new]
        if not new and not again:
            return [], []
        pieces = self._pieces(new, again)
        mine = {p.delivery_id for p in pieces}
        others = [d for d in self.known if d.delivery_id not in mine]
        checks = judge_files(self.con, self.source, pieces, others, self.settings, self.words)
        demoted = self._settle(pieces)
        self._write(pieces, demoted, checks)
        fresh = [p for p in pieces if p.delivery_id not in self.rejudged]
        return fresh, checks

    def _write(
        self, pieces: Sequence[Piece], demoted: Sequence[str], checks: Sequence[CheckResult]
    ) -> None:
        on_disk(self.store)
        self.con.execute("begin transaction")
        try:
            forget(self.con, sorted(self.rejudged))
            demote(self.con, demoted)
            ordered = sorted(pieces, key=lambda p: (p.order, p.entity))
            write_pieces(self.con, ordered, self.people)
            for piece in pieces:
                write_scanned(self.con, piece)
            forget_parts(self.con, [p.delivery_id for p in pieces if p.status != ACCEPTED])
            self.con.execute("delete from landing.judged_under where source = ?", [self.source])
            self.con.execute(
                "insert into landing.judged_under values (?, ?)",
                [self.source, self._under()],
            )
            put_right(self.con, self.source)
            judged = [piece.delivery_id for piece in pieces]
            keep_results(self.con, self.source, checks, judged, self._under())
            self.people.write()
            self.con.execute("commit")
        except BaseException:
            self.con.execute("rollback")
            raise


def _result(piece: Piece) -> DeliveryResult:
    return DeliveryResult(
        piece.delivery_id,
        piece.origin.source,
        piece.entity,
        piece.origin.file,
        piece.origin.received_at,
        *piece.counts,
        piece.status,
        piece.refusal[1] if piece.refusal and piece.status == REFUSED else None,
    )


def land(
    con: duckdb.DuckDBPyConnection,
    landing: Path,
    store: Path,
    *,
    sources: Iterable[str] | None = None,
    maps: Maps | None = None,
    progress: Progress | None = None,
) -> LandingReport:
    """Land every new file of a landing zone (of these sources only).

    Idempotent: known bytes at a known path change nothing. Each source is one transaction, so a run
    that is cut short leaves whole sources. The answer does not depend on the order in which files
    were found, only on (received_at, file). `store` is the folder that keeps raw bytes by digest.
    Files outside every source's folder are refused whichever sources are asked for. Values that
    name people land as tokens; the values are kept beside the store (ingest/people). `maps` are the
    user's column maps (None: those of the previous landing); deliveries judged under others are
    judged again from their kept bytes.

    Raises NotADirectoryError without a landing zone, LookupError when the policy was not loaded.
    """
    create_tables(con)
    if maps is not None:
        note_maps(con, maps)
    settings = replace(settings_of(con), demo_installations=declared_demos(landing))
    wanted = tuple(declared_sources() if sources is None else sources)
    known = con.execute("select distinct file from landing.deliveries").fetchall()
    files = as_delivered(discover(landing, wanted, {file for (file,) in known}), store)
    forget_lists(con, files)
    words = keys(land_acceptances(con, landing))
    people = people_of(store.parent, make=True)
    return land_files(con, files, store, settings, words, people, wanted=wanted, progress=progress)


def land_files(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[LandingFile],
    store: Path,
    settings: Settings,
    words: Words,
    people: People,
    *,
    wanted: Sequence[str],
    progress: Progress | None = None,
) -> LandingReport:
    """Land files wherever their bytes are: files of a landing zone, or kept ones again."""
    report = LandingReport()
    strays = {f.source for f in files} - set(wanted)
    for source in (*wanted, *sorted(strays)):
        if progress is not None:
            progress(source)
        landing_ = _SourceLanding(con, source, store, settings, words, people)
        pieces, checks = landing_.land([f for f in files if f.source == source])
        report.deliveries += [_result(p) for p in pieces]
        report.checks += checks
        report.rejudged += len(landing_.rejudged)
        report.mended += landing_.mended
    if SPEC.source in wanted:
        note_places(con, (f for f in files if in_place(f)))
        report.unavailable = attach_usage(con).unavailable
    report.deliveries.sort(key=lambda d: (d.received_at, d.file, d.entity))
    return report
