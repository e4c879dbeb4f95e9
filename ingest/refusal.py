"""What Great Expectations fails is refused: from failed expectations to refused pieces.

Belongs here: whole files, and the sentence that says why. Does not: what is expected
(expectations/), or single rows (judge.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.expectations.suites import CRITICAL, CheckResult
from ingest.pieces import REFUSED, Piece


def refuse(pieces: Sequence[Piece], checks: Sequence[CheckResult]) -> None:
    """What Great Expectations fails is refused, the whole file with it."""
    why: dict[str, str] = {}
    for check in checks:
        if check.severity == CRITICAL:
            for delivery_id in check.failing:
                why.setdefault(delivery_id, check.name.rpartition(".")[2])
    failed: dict[str, tuple[str, str]] = {}
    for piece in pieces:
        if piece.delivery_id in why:
            piece.refusal = piece.refusal or _reason(piece, why[piece.delivery_id])
            failed.setdefault(piece.found.file, piece.refusal)
    for piece in pieces:
        if piece.found.file in failed:
            piece.status = REFUSED
            if piece.refusal is None:
                rule, message = failed[piece.found.file]
                piece.refusal = (rule, f"another part of the file is refused: {message}")


def _reason(piece: Piece, expectation: str) -> tuple[str, str]:
    tally = piece.tally
    if expectation == "columns_complete":
        named = ", ".join(tally.missing)
        return "required_column", f"the required column {named} is missing; add it to the file"
    if expectation == "columns_once":
        named = ", ".join(tally.twice)
        return "repeated_column", f"the header names {named} more than once; name each column once"
    if expectation == "rows_mostly_good":
        share = f"{tally.quarantined} of {tally.read} rows break the contract"
        return "refused_share", f"{share}, more than the policy allows; correct the file"
    told = "amounts mix a decimal comma with what may be a thousands dot; write 1234.56"
    return "locale", told if expectation == "numbers_unambiguous" else expectation
