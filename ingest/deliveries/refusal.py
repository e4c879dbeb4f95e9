"""From expectations that failed to refused files.

Belongs here: refusing whole files, and the sentence that says why. Does not: what is expected
(expectations/), or single rows (judge.py).
"""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ingest.deliveries.acceptances import LIFTED, Acceptance
from ingest.deliveries.delivery import REFUSED, Piece
from ingest.expectations.suites import CRITICAL, CheckResult
from ingest.judging.contract import entities
from ingest.judging.headers import fold
from ingest.judging.table import CONTRADICTED, TITLED, Note

Words = Mapping[tuple[str, str], Acceptance]


def refuse(
    pieces: Sequence[Piece], checks: Sequence[CheckResult], words: Words | None = None
) -> None:
    """Refuse the whole file of each delivery that fails Great Expectations.

    `words`: (file, digest) -> a person's acceptance, which lifts the refusals of
    ingest.deliveries.acceptances.LIFTED.
    """
    why = {}
    for piece, expectations in _failing(pieces, checks):
        if _is_lifted(piece, expectations, words):
            _note_word(piece, expectations, words or {})
        else:
            why[piece.delivery_id] = expectations[0]
    failed: dict[tuple[str, str], tuple[str, str]] = {}
    for piece in pieces:
        if piece.delivery_id in why:
            piece.refusal = piece.refusal or _reason(piece, why[piece.delivery_id])
            failed.setdefault((piece.origin.file, piece.origin.sha256), piece.refusal)
    for piece in pieces:
        # When deliveries are judged again, several of one path occur together; the bytes tell them
        # apart.
        delivered = (piece.origin.file, piece.origin.sha256)
        if delivered in failed:
            piece.status = REFUSED
            if piece.refusal is None:
                rule, message = failed[delivered]
                piece.refusal = (rule, f"another part of the file is refused: {message}")


def refused_files(
    pieces: Sequence[Piece], checks: Sequence[CheckResult], words: Words | None = None
) -> set[tuple[str, str]]:
    """(file, digest) of the files that `refuse` would refuse by these checks; changes nothing."""
    return {
        (piece.origin.file, piece.origin.sha256)
        for piece, expectations in _failing(pieces, checks)
        if not _is_lifted(piece, expectations, words)
    }


def _failing(
    pieces: Sequence[Piece], checks: Sequence[CheckResult]
) -> list[tuple[Piece, list[str]]]:
    """Each piece that fails a critical expectation, with all expectations that it fails."""
    failing: dict[str, list[str]] = defaultdict(list)
    for check in checks:
        if check.severity == CRITICAL:
            for delivery_id in check.failing:
                failing[delivery_id].append(check.name.rpartition(".")[2])
    return [(p, failing[p.delivery_id]) for p in pieces if p.delivery_id in failing]


def _is_lifted(piece: Piece, expectations: Sequence[str], words: Words | None) -> bool:
    """Whether a person accepted this very file, whichever of these expectations it fails."""
    word = (words or {}).get((piece.origin.file, piece.origin.sha256))
    return word is not None and piece.refusal is None and set(expectations) <= set(LIFTED)


def _note_word(piece: Piece, expectations: Sequence[str], words: Words) -> None:
    """Note on the delivery who accepted it, and why it would otherwise be refused."""
    word = words[piece.origin.file, piece.origin.sha256]
    reasons = "; ".join(_reason(piece, expectation)[1] for expectation in expectations)
    by = f"accepted by {word.accepted_by} on {word.accepted_on}: {word.reason}"
    piece.notes.append(Note("accepted", f"{by} (refused else: {reasons})"))


def _kin(piece: Piece) -> str:
    """A hint at another entity, if the file has its required columns but lacks those of its own."""
    own = next((e for e in entities() if e.name == piece.entity), None)
    if own is None:
        return ""
    has = {fold(name) for name in piece.tally.unknown}
    has |= {fold(name) for name in own.required if name not in piece.tally.missing}
    fits = [e for e in entities() if e.name != piece.entity and set(map(fold, e.required)) <= has]
    if not fits:
        return ""
    best = max(fits, key=lambda e: len(e.required))
    return f"; its columns are those of {best.source}/{best.name}: is it in the wrong place?"


def _vouch(piece: Piece) -> str:
    """The command with which a person who knows that the file is right accepts it."""
    file = shlex.quote(piece.origin.file)
    command = f"plumbline run --year YEAR --accept {file} --by NAME --reason WHY"
    return f"; if it is right as it is, accept it: {command}"


def _foreign(piece: Piece) -> str:
    """A hint at column maps, by which a file is read that has the column under another name."""
    if piece.origin.entity != piece.entity:
        return ""
    if piece.entity == "usage_events" and piece.origin.file.lower().endswith(".parquet"):
        # It is read in place, without a map.
        return (
            ", or where the file has it under another name rename it there; no column map is used "
            "for parquet of this feed, only for csv"
        )
    file = shlex.quote(piece.origin.file)
    command = f"plumbline map {file} --entity {piece.entity} --save"
    return f", or where the file has it under another name let a column map say so: {command}"


def _shrunken(piece: Piece) -> str:
    loss = piece.loss
    assert loss is not None
    held = f"{loss.unit} had {loss.held} good {'row' if loss.held == 1 else 'rows'}"
    message = f"{held} and this delivery leaves {loss.brought}: what was there stays in force"
    part = "" if loss.kind == "report" else ", or a part of it under another name"
    return f"{message}. Deliver the whole file again{part}{_vouch(piece)}"


def _reason(piece: Piece, expectation: str) -> tuple[str, str]:
    tally = piece.tally
    if expectation == "columns_complete":
        named = ", ".join(tally.missing)
        title = next((note.message for note in piece.notes if note.kind == TITLED), None)
        if title is not None:
            return "required_column", title
        kin = _kin(piece)
        message = f"the required column {named} is missing; add it to the file"
        if len(tally.missing) > 1:
            message = f"the required columns {named} are missing; add them to the file"
        return "required_column", message + (kin or _foreign(piece))
    if expectation == "as_declared":
        message = next(note.message for note in piece.notes if note.kind == CONTRADICTED)
        return "declared", message + _vouch(piece)
    if expectation == "not_cut_short":
        message = "the last line is not whole and has no end, so the file was cut short"
        return "truncated", f"{message}; deliver it again{_vouch(piece)}"
    if expectation == "not_shrunken":
        return "shrunken", _shrunken(piece)
    if expectation == "columns_once":
        named = ", ".join(tally.twice)
        return "repeated_column", f"the header names {named} more than once; name each column once"
    if expectation == "rows_mostly_good":
        share = f"{tally.quarantined} of {tally.read} rows break the contract"
        return "refused_share", f"{share}, more than the policy allows; correct the file"
    message = (
        "some amounts have a decimal comma or dots between thousands, so that others such as"
        " 121.500 may mean two numbers; write 1234.56 in all of them"
    )
    return "locale", message if expectation == "numbers_unambiguous" else expectation
