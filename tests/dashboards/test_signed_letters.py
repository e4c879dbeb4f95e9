"""Letters in PDF signed with a person's ssh key, and what a forger must still break
(docs/ledger.md).

Belongs here: dashboards.letters.signing and signed, and `plumbline verify-letters`. Does not: what
a letter says (test_letters.py), or who vouches for the ledger (tests/scoring/test_vouching.py).
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from typer.testing import CliRunner

from dashboards.letters import signing, write, write_letters
from dashboards.letters.signed import check_letters
from dashboards.typeset import typeset
from orchestration.cli.app import app
from scoring.ledger import vouching
from scoring.ledger.records import LedgerRefusal
from tests.conftest import DEMO_YEAR
from tests.scoring.test_vouching import allowed, key

pytestmark = pytest.mark.skipif(
    shutil.which(vouching.PROGRAM) is None, reason="OpenSSH is not installed"
)
AT = datetime(2026, 2, 3, 10, 0, 30)
CHANGED = "it was changed after it was signed"
ADDED = "something was added to it after it was signed"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Ann may sign; Eve has a key too. `letter.pdf` is unsigned, `ann.pdf` is signed by Ann."""
    folder = tmp_path_factory.mktemp("signed")
    for name in ("ann", "eve"):
        key(folder, name)
    signers = allowed(folder, ("ann@example.com", folder / "ann", ""))
    blocks = [{"kind": "h1", "text": "Dear partner"}]
    data = {"title": "A letter", "blocks": blocks, "figures": [["marts.t", "id=1", "arr: 3"]]}
    pdf = typeset(write.HERE / "letter.typ", data)
    (folder / "letter.pdf").write_bytes(pdf)
    (folder / "ann.pdf").write_bytes(signing.signer(folder / "ann", signers, AT)(pdf))
    return folder


def why(place: Path, data: bytes, signers: Path | None = None) -> str:
    """Why a letter does not hold; empty where it does."""
    file = place / "tried.pdf"
    file.write_bytes(data)
    _, faults = check_letters([file], signers or place / vouching.SIGNERS)
    return faults[0].why if faults else ""


def by(place: Path, name: str, signers: Path | None = None, at: datetime = AT) -> bytes:
    """The letter, signed by somebody."""
    return signing.signer(place / name, signers, at)((place / "letter.pdf").read_bytes())


def only_signature(data: bytes):
    [signature] = PdfFileReader(io.BytesIO(data)).embedded_signatures
    return signature


def test_who_signed_a_letter_and_when_is_named(place):
    [signature], faults = check_letters([place / "ann.pdf"], place / vouching.SIGNERS)
    known = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(place / "ann.pub")], capture_output=True, text=True
    )
    assert faults == []
    assert (signature.identity, signature.at) == ("ann@example.com", "2026-02-03T10:00:30")
    assert signature.key == known.stdout.split()[1]


def test_the_signature_is_a_standard_one_and_allows_no_change(place):
    signature = only_signature((place / "ann.pdf").read_bytes())
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, trusted)
    assert status.bottom_line and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert signature.docmdp_level.name == "NO_CHANGES"
    # A reader that was not told to trust the key's own certificate knows nobody.
    stranger = validate_pdf_signature(signature, ValidationContext(trust_roots=[]))
    assert stranger.intact and not stranger.trusted


def test_the_letter_itself_stays_as_it_was(place):
    unsigned = (place / "letter.pdf").read_bytes()
    assert (place / "ann.pdf").read_bytes().startswith(unsigned)


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_a_key_of_each_kind_signs_and_but_for_ecdsa_alike_each_time(kind, place, tmp_path):
    words = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", kind, "-f", str(tmp_path / "own")]
    subprocess.run([*words, *(["-b", "2048"] if kind == "rsa" else [])], check=True)
    signers = allowed(tmp_path, ("ann@example.com", tmp_path / "own", ""))
    pdf = (place / "letter.pdf").read_bytes()
    first = signing.signer(tmp_path / "own", signers, AT)(pdf)
    # Until the clock shows another second.
    time.sleep(1.1 if kind == "ed25519" else 0)
    second = signing.signer(tmp_path / "own", signers, AT)(pdf)
    assert why(tmp_path, first, signers) == why(tmp_path, second, signers) == ""
    assert (first == second) == (kind != "ecdsa")
    assert first != signing.signer(tmp_path / "own", signers, datetime(2026, 2, 4))(pdf)


def test_a_changed_byte_anywhere_is_seen(place):
    data = (place / "ann.pdf").read_bytes()
    _, start, end, _ = (int(number) for number in only_signature(data).byte_range)
    # The signature does not cover itself, so every fifth byte of it is tried.
    for position in {*range(0, len(data), 401), *range(start, start + 2_600, 47), end - 2}:
        changed = bytearray(data)
        changed[position] ^= 1
        assert why(place, bytes(changed)), position


def test_what_is_added_afterwards_is_seen(place):
    data = (place / "ann.pdf").read_bytes()
    assert why(place, data + b"\n") == ADDED
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.root["/Lang"] = writer.root.raw_get("/Lang")
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    assert why(place, output.getvalue()) == ADDED
    lower = bytearray(data)
    _, start, end, _ = (int(number) for number in only_signature(data).byte_range)
    lower[start:end] = data[start:end].lower()
    assert why(place, bytes(lower)) == CHANGED


def test_a_letter_that_nobody_signed_and_one_that_is_none(place):
    assert why(place, (place / "letter.pdf").read_bytes()) == "nobody has signed it"
    assert "cannot be read as a signed PDF" in why(place, b"Dear partner")


def test_who_is_not_on_the_list_is_named_and_not_trusted(place):
    reason = why(place, by(place, "eve"))
    fingerprint = signing.fingerprint(signing.certified(place / "eve", None, AT).key.public_key())
    assert f"{fingerprint}), who signed it, is not trusted: no key of" in reason


def test_who_was_taken_off_the_list_is_named_and_no_longer_trusted(place, tmp_path):
    signers = allowed(tmp_path, ("eve@example.com", place / "eve", ""))
    reason = why(place, (place / "ann.pdf").read_bytes(), signers)
    assert reason.startswith("ann@example.com (SHA256:") and "is not trusted" in reason


def test_a_key_signs_in_its_time_and_for_its_purpose_only(place, tmp_path):
    for words in ('valid-before="20260101Z" ', 'namespaces="plumbline-ledger" '):
        signers = allowed(tmp_path, ("ann@example.com", place / "ann", words))
        assert "ann@example.com" in why(place, (place / "ann.pdf").read_bytes(), signers)
        with pytest.raises(LedgerRefusal):
            signing.signer(place / "ann", signers, AT)


def test_a_certificate_that_names_somebody_else_does_not_help(place, monkeypatch):
    """Eve's key, under a certificate with Ann's name and what OpenSSH signed for Ann's key."""
    ann = signing.certified(place / "ann", place / vouching.SIGNERS, AT).certificate
    theirs = ann.extensions.get_extension_for_oid(signing.OF_THE_KEY).value.value.decode()
    monkeypatch.setattr(signing, "ssh_signature", lambda *_: theirs)
    monkeypatch.setattr(signing, "ssh_checked", lambda *_: ("ann@example.com", "SHA256:none"))
    reason = why(place, by(place, "eve", place / vouching.SIGNERS))
    assert reason.startswith("ann@example.com (SHA256:") and "is not trusted" in reason


def test_a_certificate_of_another_authority_is_no_keys_of_ours(place, monkeypatch):
    monkeypatch.setattr(signing, "OF_THE_KEY", x509.ObjectIdentifier("2.25.1"))
    assert "not one of ours" in why(place, by(place, "ann"))


def test_a_key_with_a_passphrase_and_what_cannot_sign(place, tmp_path):
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "a secret", "-f", str(tmp_path / "own")]
    subprocess.run(words, check=True)
    assert signing.is_locked(tmp_path / "own") and not signing.is_locked(place / "ann")
    with pytest.raises(LedgerRefusal, match="needs its passphrase"):
        signing.certified(tmp_path / "own", None, AT)
    with pytest.raises(LedgerRefusal, match="right passphrase"):
        signing.certified(tmp_path / "own", None, AT, "another")
    with pytest.raises(LedgerRefusal, match="an agent and a hardware key"):
        signing.certified(place / "ann.pub", None, AT)
    with pytest.raises(LedgerRefusal, match="cannot be read"):
        signing.certified(tmp_path / "none", None, AT)


def test_letters_are_signed_as_they_are_written_and_verified_by_a_command(
    place, demo_run, tmp_path
):
    shutil.copyfile(demo_run.serving, tmp_path / "copy.duckdb")
    out = tmp_path / "letters"
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as con:
        con.execute("delete from marts.fct_program_compliance where partner_id > 'P-0002'")
        sign = signing.signer(place / "ann", place / vouching.SIGNERS, AT)
        write_letters(con, DEMO_YEAR, out, sign=sign)
    words = ["verify-letters", str(out), "--json", "--signers", str(place / vouching.SIGNERS)]
    done = CliRunner().invoke(app, words)
    answer = json.loads(done.stdout)
    assert done.exit_code == 0 and answer["faults"] == []
    assert {one["identity"] for one in answer["signed"]} == {"ann@example.com"}
    assert len(answer["signed"]) == 2
    (out / "letter.pdf").write_bytes((place / "letter.pdf").read_bytes())
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1 and len(json.loads(done.stdout)["faults"]) == 1
    assert CliRunner().invoke(app, ["verify-letters", str(out)]).exit_code == 2
