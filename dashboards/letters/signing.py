"""Letters in PDF, signed by a person's ssh key: the one with which they vouch for the ledger.

Belongs here: the certificate of a key, and the signature in a PDF. Does not: whether a signature
holds (signed.py), what OpenSSH says about a key (scoring/ledger/vouching.py), asking for
passphrases.

A signature in a PDF needs a certificate (X.509), and an ssh key has none. So the key issues one:
it is made from the key alone, names no authority, and holds OpenSSH's signature of the key itself
for the purpose `plumbline-letters`. That ties the certificate to the list of allowed signers, with
everything that the list says of a key: whose it is, from when to when, and for which purposes.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pyhanko.pdf_utils.generic import ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from scoring.ledger.records import LedgerRefusal, canonical
from scoring.ledger.vouching import ssh_checked, ssh_signature

NAMESPACE = "plumbline-letters"
FIELD = "Signature"
# Under a UUID, which anybody may use as an identifier without asking a registry.
OF_THE_KEY = x509.ObjectIdentifier("2.25.235132010703173786723725540996129464057")
# The list of signers says how long a key is valid; the certificate adds nothing to that. The second
# date is how X.509 says "no end" (RFC 5280, 4.1.2.5).
FROM, TO = datetime(2000, 1, 1), datetime(9999, 12, 31, 23, 59, 59)

Key = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Certified:
    """A key with its certificate."""

    key: Key
    certificate: x509.Certificate


def signer(key: Path, signers: Path | None, at: datetime, passphrase: str | None = None) -> Sign:
    """A function that signs a PDF with an ssh key, at a stated moment (UTC).

    With an Ed25519 or RSA key, the same PDF, key and moment give the same bytes. Raises
    LedgerRefusal where the key cannot sign, or where `signers` does not allow it.
    """
    identity = certified(key, signers, at, passphrase)
    return lambda pdf: _signed(pdf, identity, at)


def is_locked(key: Path) -> bool:
    """Whether a key needs a passphrase; LedgerRefusal where it is not a private key in a file."""
    try:
        _loaded(key, None)
    except TypeError:
        return True
    return False


def certified(
    key: Path, signers: Path | None, at: datetime, passphrase: str | None = None
) -> Certified:
    """A key's own certificate; it contains only the key and whose it is by `signers`.

    Raises LedgerRefusal where the key cannot sign, or where `signers` does not allow it.
    """
    try:
        private = _loaded(key, passphrase)
    except TypeError:
        raise LedgerRefusal(f"{key} needs its passphrase") from None
    public = private.public_key()
    text = said_of(public)
    signature = ssh_signature(text, key, NAMESPACE)
    name = fingerprint(public)
    if signers is not None:
        name, _ = ssh_checked(text, signature, signers, at, NAMESPACE)
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64]),
            x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, fingerprint(public)),
        ]
    )
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
        False,
    ) | {"encipher_only": False, "decipher_only": False}
    made = (
        x509.CertificateBuilder(issuer_name=subject, subject_name=subject)
        .public_key(public)
        .serial_number(int(_digest(public)[:32], 16) + 1)
        .not_valid_before(FROM)
        .not_valid_after(TO)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .add_extension(
            x509.UnrecognizedExtension(OF_THE_KEY, signature.encode("ascii")), critical=False
        )
    )
    own = None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Certified(private, made.sign(private, own))


def said_of(public: Any) -> str:
    """The text that the key's own signature in its certificate signs."""
    return canonical({"certificate_of": _digest(public)})


def fingerprint(public: Any) -> str:
    """A public key's fingerprint, as ssh-keygen prints it: `SHA256:...`."""
    encoding = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    blob = base64.b64decode(public.public_bytes(*encoding).split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _digest(public: Any) -> str:
    encoding = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public.public_bytes(*encoding)).hexdigest()


def _loaded(key: Path, passphrase: str | None) -> Key:
    """The private key in a file; TypeError if a passphrase is needed and none is given."""
    try:
        data = key.read_bytes()
    except OSError as error:
        raise LedgerRefusal(f"{key} cannot be read: {error.strerror}") from None
    secret = passphrase.encode() if passphrase else None
    try:
        private = serialization.load_ssh_private_key(data, secret)
    except (ValueError, UnsupportedAlgorithm):
        raise LedgerRefusal(
            f"{key} cannot sign a PDF: that takes an ssh private key in a file (ed25519, RSA or "
            "ECDSA) and its right passphrase; an agent and a hardware key sign for OpenSSH alone"
        ) from None
    if not isinstance(private, Key):
        raise LedgerRefusal(f"{key} is of a kind that signs no PDF; ed25519, RSA and ECDSA do")
    return private


def _signed(pdf: bytes, identity: Certified, at: datetime) -> bytes:
    """A PDF with a signature over all of it (PAdES, B-B), which allows no change afterwards."""
    form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8)
    private = identity.key.private_bytes(*form, serialization.NoEncryption())
    certificate = identity.certificate.public_bytes(serialization.Encoding.DER)
    parts = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    # Hidden and not printed, so that a screen reader may skip it (PDF/UA).
    hidden = InvisSigSettings(set_print_flag=False, set_hidden_flag=True)
    field = SigFieldSpec(FIELD, invis_sig_settings=hidden, readable_field_name="Signature")
    writer = _SameEachTime(io.BytesIO(pdf))
    own = hashlib.sha256(pdf + certificate + at.isoformat().encode()).digest()[:16]
    writer._document_id[1] = ByteStringObject(own)
    output = _SignerAt(meta, parts, new_field_spec=field, at=at).sign_pdf(writer)
    return bytes(output.getvalue())


class _SameEachTime(IncrementalPdfFileWriter):
    """A writer that leaves a PDF's metadata alone. The library's own writes the clock's moment
    there, whatever moment a signature states, and a random identifier."""

    def _update_meta(self) -> None:
        """Do nothing."""


class _SignerAt(PdfSigner):
    """A signer whose signatures state a given moment instead of the clock's."""

    def __init__(self, *arguments: Any, at: datetime, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._at = at.replace(tzinfo=UTC)

    def init_signing_session(self, *arguments: Any, **named: Any) -> Any:
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self._at
        return session
