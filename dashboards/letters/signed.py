"""Whether a letter in PDF is as somebody signed it, and whether that person may.

Belongs here: reading a signature, and every reason why it does not hold. Does not: signing
(signing.py), or the list of allowed signers (the policy set's, or one's own).
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto.cms import (
    ContentInfo,
    IssuerAndSerialNumber,
    SignedData,
    SignerIdentifier,
    SignerInfo,
)
from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from dashboards.letters.signing import NAMESPACE, OF_THE_KEY, fingerprint, said_of
from scoring.ledger.records import LedgerRefusal
from scoring.ledger.vouching import ssh_checked

CHANGED = "it was changed after it was signed"
OF_A_SIGNATURE = ("digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
# What reading a PDF that somebody has changed can raise, besides the library's own errors.
UNREADABLE = (
    PdfError,
    SignatureValidationError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    OSError,
)


@dataclass(frozen=True)
class SignedLetter:
    """A letter, the person who signed it, by which key, and when by that person's clock (UTC)."""

    file: str
    identity: str
    key: str
    at: str

    @property
    def text(self) -> str:
        """The signature in one line."""
        return f"{self.file}: signed by {self.identity} ({self.key}), {self.at} UTC"


@dataclass(frozen=True)
class Unsigned:
    """A letter whose signature does not hold, and why."""

    file: str
    why: str


def check_letters(
    files: Iterable[Path], signers: Path
) -> tuple[list[SignedLetter], list[Unsigned]]:
    """The letters that hold, and those that do not, each with its reason.

    `signers`: the keys that may sign, in OpenSSH's form.
    """
    good: list[SignedLetter] = []
    bad: list[Unsigned] = []
    # The library logs, with a traceback, what is given as a reason here.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    for file in files:
        try:
            good.append(_signed(file, signers))
        except LedgerRefusal as error:
            bad.append(Unsigned(str(file), str(error)))
        except UNREADABLE as error:
            bad.append(Unsigned(str(file), f"it cannot be read as a signed PDF: {error}"))
    return good, bad


def pdfs_of(place: Path) -> list[Path]:
    """A PDF itself, or all PDFs in a folder and the folders in it."""
    return sorted(place.rglob("*.pdf")) if place.is_dir() else [place]


def _signed(file: Path, signers: Path) -> SignedLetter:
    """The signer of a letter; LedgerRefusal if the signature does not hold."""
    data = file.read_bytes()
    signatures = PdfFileReader(io.BytesIO(data)).embedded_signatures
    if not signatures:
        raise LedgerRefusal("nobody has signed it")
    if len(signatures) > 1:
        raise LedgerRefusal("it has more than one signature; a letter has one")
    signature = signatures[0]
    _check_gap(data, signature)
    at = signature.self_reported_timestamp
    if not isinstance(at, datetime):
        raise LedgerRefusal("it does not say when it was signed")
    own = signature.signer_cert
    # Only the list of signers says whose key it is; here the certificate vouches for itself.
    itself = ValidationContext(trust_roots=[own], allow_fetching=False, moment=at)
    status = validate_pdf_signature(signature, itself)
    if not status.intact:
        raise LedgerRefusal(CHANGED)
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise LedgerRefusal("something was added to it after it was signed")
    if not status.bottom_line:
        raise LedgerRefusal(f"its signature does not hold: {status.summary()}")
    certificate = x509.load_der_x509_certificate(own.dump())
    moment = at.astimezone(UTC).replace(tzinfo=None)
    identity, key = _who(certificate, moment, signers)
    return SignedLetter(str(file), identity, key, moment.isoformat())


def _check_gap(data: bytes, signature: Any) -> None:
    """Check the gap that a signature does not cover, its own place: it may contain only what this
    key's signature needs, in one form."""
    _, start, end, _ = (int(number) for number in signature.byte_range)
    content = signature.pkcs7_content
    own, info = signature.signer_cert, signature.signer_info
    whose = {"issuer": own.issuer, "serial_number": own.serial_number}
    signer = {
        "version": "v1",
        "sid": SignerIdentifier({"issuer_and_serial_number": IssuerAndSerialNumber(whose)}),
        **{name: info[name] for name in OF_A_SIGNATURE},
    }
    alone = {
        "version": "v1",
        "digest_algorithms": [info["digest_algorithm"]],
        "encap_content_info": {"content_type": "data"},
        "certificates": [own],
        "signer_infos": [SignerInfo(signer)],
    }
    message = ContentInfo({"content_type": "signed_data", "content": SignedData(alone)}).dump()
    written = b"<" + content.hex().upper().encode() + b">"
    if data[start:end] != written or content != message.ljust(len(content), b"\0"):
        raise LedgerRefusal(CHANGED)


def _who(certificate: x509.Certificate, at: datetime, signers: Path) -> tuple[str, str]:
    """Identity and fingerprint of the key of a certificate; LedgerRefusal where the list of signers
    does not allow it."""
    public = certificate.public_key()
    key = fingerprint(public)
    claimed = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    name = str(claimed[0].value) if claimed else key
    try:
        extension = certificate.extensions.get_extension_for_oid(OF_THE_KEY).value
        text = (
            extension.value.decode("ascii")
            if isinstance(extension, x509.UnrecognizedExtension)
            else ""
        )
    except x509.ExtensionNotFound:
        raise LedgerRefusal(
            f"it is signed by {name}, with a certificate that is not one of ours"
        ) from None
    try:
        identity, signed_by = ssh_checked(said_of(public), text, signers, at, NAMESPACE)
    except LedgerRefusal as error:
        raise LedgerRefusal(f"{name} ({key}), who signed it, is not trusted: {error}") from None
    if signed_by != key:
        raise LedgerRefusal(f"{name} ({key}) signed it with the certificate of another key")
    return identity, key
