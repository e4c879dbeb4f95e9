"""When a publication existed: its head, stamped by a time authority (RFC 3161).

Belongs here: the request to an authority, whether its answer is valid, where it is kept. Does not:
sending the request (orchestration/stamping.py), or who vouches (vouching.py).

A stamp covers the head as text, and with it every record before. It is kept beside the records, as
the authority gave it, so that `openssl ts -verify` reads it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from rfc3161_client import (
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.base import HashAlgorithm

from ingest.atomic import write_file
from scoring.ledger.files import STAMPED
from scoring.ledger.integrity import Fault
from scoring.ledger.records import LedgerRefusal, Publication

AUTHORITIES = "time_authorities.pem"
BEGIN = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True)
class Stamp:
    """One valid stamp: `authority` says that the head of a publication existed by a moment
    (UTC)."""

    publication: str
    head: str
    authority: str
    at: str

    @property
    def text(self) -> str:
        """The stamp in one line."""
        return f"{self.publication}: there by {self.at} UTC, stamped by {self.authority}"


def request_of(head: str) -> TimeStampRequest:
    """The request to an authority: the digest of the head, with a number that its answer
    repeats."""
    return (
        TimestampRequestBuilder()
        .data(head.encode())
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )


def checked(
    data: bytes, head: str, authorities: Path, request: TimeStampRequest | None = None
) -> tuple[str, datetime]:
    """Authority and moment (UTC) of a valid stamp; LedgerRefusal for any other.

    `authorities`: the certificates that are trusted, as PEM. `request`: the one that it answers.
    """
    builder = VerifierBuilder(roots=trusted(authorities))
    if request is not None and request.nonce is not None:
        builder = builder.nonce(request.nonce)
    try:
        answer = decode_timestamp_response(data)
        builder.build().verify_message(answer, head.encode())
        moment = answer.tst_info.gen_time
        name = _signer(answer.signed_data)
    except (VerificationError, ValueError, TypeError) as error:
        raise LedgerRefusal(f"no stamp of {head} that {authorities} trusts: {error}") from None
    return name, moment.astimezone(UTC).replace(tzinfo=None)


def _signer(signed: Any) -> str:
    """The subject of the certificate that signed, as one text."""
    certificates = [x509.load_der_x509_certificate(bytes(one)) for one in signed.certificates]
    [info] = signed.signer_infos
    for one in certificates:
        if (one.issuer, one.serial_number) == (info.issuer, info.serial_number):
            return one.subject.rfc4514_string()
    return "an authority whose certificate is not in the stamp"


def trusted(authorities: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file, each once; LedgerRefusal if there are none."""
    try:
        certificates = [
            x509.load_pem_x509_certificate(one) for one in BEGIN.findall(_read(authorities))
        ]
    except ValueError as error:
        raise LedgerRefusal(
            f"{authorities} is not a list of certificates in PEM: {error}"
        ) from None
    if not certificates:
        raise LedgerRefusal(f"{authorities} holds no certificate in PEM")
    return list(dict.fromkeys(certificates))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LedgerRefusal(f"{path} cannot be read: {error.strerror}") from None


def add(folder: Path, data: bytes) -> Path:
    """Put one more stamp beside a publication's records, whole or not at all."""
    taken = [int(match[1]) for p in folder.iterdir() if (match := STAMPED.fullmatch(p.name))]
    path = folder / f"stamped-{max(taken, default=0) + 1:02d}.tsr"
    write_file(path, data)
    return path


def stamps(
    folder: Path, publications: Iterable[Publication], authorities: Path | None
) -> tuple[list[Stamp], list[Fault]]:
    """The valid stamps of a ledger's folder, and the faults: an invalid stamp and, where there are
    `authorities`, a publication that none of them has stamped. Without authorities no stamp can be
    checked."""
    valid: list[Stamp] = []
    faults: list[Fault] = []
    if authorities is None:
        return valid, faults
    for publication in publications:
        good = 0
        for path in files(folder / publication.name):
            try:
                name, at = checked(path.read_bytes(), publication.head, authorities)
            except LedgerRefusal as error:
                place = f"ledger/{publication.name}/{path.name}"
                faults.append(Fault("", place, f"its stamp does not hold: {error}"))
                continue
            valid.append(Stamp(publication.name, publication.head, name, at.isoformat()))
            good += 1
        if not good:
            why = f"no authority of {authorities.name} has stamped it; `plumbline stamp` asks one"
            faults.append(Fault("", f"ledger/{publication.name}", why))
    return valid, faults


def files(folder: Path) -> Iterator[Path]:
    """The stamps beside a publication's records."""
    return (path for path in sorted(folder.iterdir()) if STAMPED.fullmatch(path.name))
