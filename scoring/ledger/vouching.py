"""Who vouches for a publication: its head, signed by an ssh key that the policy allows.

Belongs here: statements, their signatures through OpenSSH, and what is wrong with one. Does not:
the chain (records.py), or asking a person for a key (the command line).

A statement names the publication, its head, who published it, the stated day, and the moment that
the signing machine's own clock showed. It is kept beside the records, outside of the chain, so that
more people can vouch later and no decision depends on a clock.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.atomic import write_file
from scoring.ledger.files import VOUCHED
from scoring.ledger.integrity import Fault
from scoring.ledger.records import LedgerRefusal, Publication, canonical

# What a signature is for: one that the same key made for another purpose does not count.
NAMESPACE = "plumbline-ledger"
SIGNERS = "allowed_signers"
PROGRAM = "ssh-keygen"


@dataclass(frozen=True)
class Voucher:
    """One valid signature: who vouched, with which key, for which head, at which moment of their
    own clock (UTC)."""

    publication: str
    identity: str
    key: str
    head: str
    at: str

    @property
    def text(self) -> str:
        """The voucher in one line."""
        return f"{self.publication}: vouched for by {self.identity} ({self.key}), {self.at} UTC"


def statement(name: str, opening: Mapping[str, Any], head: str, at: datetime) -> dict[str, Any]:
    """What is signed; `at` is the machine's own moment, UTC."""
    return {
        "publication": name,
        "head": head,
        "by": opening["by"],
        "on": opening["on"],
        "at": at.replace(tzinfo=None, microsecond=0),
    }


def signed(content: Mapping[str, Any], key: Path, signers: Path | None) -> bytes:
    """The statement with its signature, as a file beside the records.

    `key` is a private key, or a public one whose private part an agent holds. Raises LedgerRefusal
    where it cannot sign, or where `signers` does not allow it.
    """
    text = canonical(content)
    signature = ssh_signature(text, key, NAMESPACE)
    if signers is not None:
        ssh_checked(text, signature, signers, content["at"], NAMESPACE)
    record = {"statement": json.loads(text), "signature": signature}
    return f"{canonical(record)}\n".encode()


def ssh_signature(text: str, key: Path, namespace: str) -> str:
    """OpenSSH's signature of a text for a purpose, armoured.

    `key` is a private key, or a public one whose private part an agent holds. Raises LedgerRefusal
    where it cannot sign.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-sign-") as folder:
        file = Path(folder) / "statement"
        file.write_text(text, "utf-8")
        done = _ssh("-Y", "sign", "-f", str(key), "-n", namespace, str(file))
        signature = file.with_name("statement.sig")
        if done.returncode or not signature.exists():
            raise LedgerRefusal(f"{key} does not sign: {_last(done.stderr)}")
        return signature.read_text("utf-8")


def now() -> datetime:
    """The machine's own moment, UTC without a zone: the one place of the ledger with a clock."""
    return datetime.now(UTC).replace(tzinfo=None)


def add(folder: Path, data: bytes) -> Path:
    """Put one more statement beside a publication's records, whole or not at all."""
    taken = [int(match[1]) for p in folder.iterdir() if (match := VOUCHED.fullmatch(p.name))]
    path = folder / file_name(max(taken, default=0) + 1)
    write_file(path, data)
    return path


def file_name(number: int) -> str:
    """`vouched-01.json`."""
    return f"vouched-{number:02d}.json"


def vouchers(
    folder: Path, publications: tuple[Publication, ...], signers: Path | None
) -> tuple[list[Voucher], list[Fault]]:
    """The valid signatures of a ledger's folder, and the faults: an invalid signature, one for
    another head and, where there are `signers`, a publication for which none of them vouches."""
    valid: list[Voucher] = []
    faults: list[Fault] = []
    for publication in publications:
        good = 0
        for path, record in _records(folder / publication.name):
            place = f"ledger/{publication.name}/{path.name}"
            try:
                voucher = _voucher(publication, record, signers)
            except (LedgerRefusal, ValueError, KeyError, TypeError) as error:
                faults.append(Fault("", place, f"its signature does not hold: {error}"))
                continue
            if voucher is not None:
                valid.append(voucher)
                good += 1
        if signers is not None and not good:
            why = f"nobody whom {signers.name} of the policy set allows vouches for it"
            faults.append(Fault("", f"ledger/{publication.name}", why))
    return valid, faults


def _records(folder: Path) -> Iterator[tuple[Path, Any]]:
    for path in sorted(folder.iterdir()):
        if VOUCHED.fullmatch(path.name):
            try:
                yield path, json.loads(path.read_bytes())
            except ValueError:
                yield path, None


def _voucher(publication: Publication, record: Any, signers: Path | None) -> Voucher | None:
    """The voucher of a statement; None where there are no signers to check it against."""
    content = record["statement"]
    expected = {"publication": publication.name, "head": publication.head}
    expected |= {name: publication.opening[name] for name in ("by", "on")}
    for name, value in expected.items():
        if content[name] != value:
            raise LedgerRefusal(f"it vouches for {name} {content[name]}; the ledger has {value}")
    if signers is None:
        return None
    at = datetime.fromisoformat(content["at"])
    identity, key = ssh_checked(canonical(content), record["signature"], signers, at, NAMESPACE)
    return Voucher(publication.name, identity, key, publication.head, content["at"])


def ssh_checked(
    text: str, signature: str, signers: Path, moment: datetime, namespace: str
) -> tuple[str, str]:
    """Identity and fingerprint of OpenSSH's signature of a text for a purpose, by a key that
    `signers` allows at a moment (UTC); LedgerRefusal for any other."""
    at = f"{moment:%Y%m%d%H%M%S}Z"
    with tempfile.TemporaryDirectory(prefix="plumbline-check-") as folder:
        file = Path(folder) / "statement.sig"
        file.write_text(signature, "utf-8")
        arguments = ("-s", str(file), "-f", str(signers), f"-Overify-time={at}")
        named = _ssh("-Y", "find-principals", *arguments)
        identity = named.stdout.strip().splitlines()[0] if named.stdout.strip() else ""
        if named.returncode or not identity:
            raise LedgerRefusal(f"no key of {signers} that is valid at {at} made it")
        held = _ssh("-Y", "verify", *arguments, "-I", identity, "-n", namespace, text=text)
    fingerprint = re.search(r"SHA256:\S+", held.stdout)
    if held.returncode or fingerprint is None:
        raise LedgerRefusal(_last(held.stderr) or _last(held.stdout) or "it does not verify")
    return identity, fingerprint[0]


def _ssh(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [PROGRAM, *arguments], input=text, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise LedgerRefusal(f"{PROGRAM} is not installed; it comes with OpenSSH") from None


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
