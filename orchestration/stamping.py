"""Gets a publication's stamp from a time authority (RFC 3161 over http).

Belongs here: the request, limits on the answer, places. Does not: whether a stamp is valid
(scoring/ledger/stamping.py).
"""

from __future__ import annotations

from pathlib import Path

import httpx

from orchestration import bucket_stores, warehouse
from orchestration.program import hold_program
from orchestration.settings import Locations
from scoring.ledger.files import read_ledger
from scoring.ledger.records import LedgerRefusal
from scoring.ledger.stamping import AUTHORITIES, add, checked, request_of
from scoring.policy.load import policy_dir

ASKS, ANSWERS = "application/timestamp-query", "application/timestamp-reply"
SECONDS = 30.0
# An answer with its chain of certificates takes a few kilobytes.
LARGEST = 256 * 1024


def authorities_of(places: Locations) -> Path | None:
    """The list of trusted authorities, where the policy set has one."""
    file = policy_dir(places.policy or None) / AUTHORITIES
    return file if file.is_file() else None


def stamp(places: Locations, name: str, url: str, authorities: Path | None = None) -> Path:
    """Have the head of a publication stamped and put the answer beside its records.

    Raises LedgerRefusal where there is no such publication, no list of authorities, or the answer
    does not come from a trusted authority for this very request.
    """
    hold_program(places)
    trusted = authorities or authorities_of(places)
    if trusted is None:
        raise LedgerRefusal(
            f"nothing says which time authority is trusted: put its certificates into "
            f"{AUTHORITIES} of the policy set, or name a file with --authorities"
        )
    with warehouse.write_lock(places, f"plumbline stamp {name}"):
        bucket_stores.follow(places)
        ledger = read_ledger(places.ledger)
        publication = next(
            (p for p in reversed(ledger.publications) if name in (p.name, p.period)), None
        )
        if publication is None:
            known = ", ".join(p.name for p in ledger.publications) or "nothing"
            raise LedgerRefusal(f"{name} is not published in {places.ledger}; {known} is")
        request = request_of(publication.head)
        data = _answer_of(url, request.as_bytes())
        checked(data, publication.head, trusted, request)
        return bucket_stores.add_beside(places, add(places.ledger / publication.name, data))


def _answer_of(url: str, request: bytes) -> bytes:
    try:
        with httpx.stream(
            "POST", url, content=request, headers={"Content-Type": ASKS}, timeout=SECONDS
        ) as answer:
            answer.raise_for_status()
            kind = answer.headers.get("content-type", "").split(";")[0].strip()
            if kind != ANSWERS:
                raise LedgerRefusal(f"{url} answers with {kind or 'no kind'}, not with a stamp")
            data = bytearray()
            for piece in answer.iter_bytes():
                data += piece
                if len(data) > LARGEST:
                    raise LedgerRefusal(f"{url} answers with more than {LARGEST:,} bytes")
            return bytes(data)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise LedgerRefusal(f"{url} gives no stamp: {error}; try again or ask another") from None
