"""Attachments of a mailbox, against a real IMAP server on this machine."""

import os
import shutil
import subprocess
import tempfile
import time
from email.message import EmailMessage
from imaplib import IMAP4
from pathlib import Path

import pytest

from ingest.sources.fetched import SourceError
from ingest.sources.mailbox import fetch
from tests.object_store import free_port

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password=right
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""


@pytest.fixture(scope="module")
def imap():
    """The port of a Dovecot server whose every user has the password `right`."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if program is None or os.getuid() != 0:
        pytest.skip("no Dovecot, or not root: the mailbox was not tried against a real server")
    folder = Path(tempfile.mkdtemp(prefix="plumbline-imap-"))
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    port = free_port()
    config = CONFIG.format(folder=folder, port=port, user="nobody", group="nogroup")
    (folder / "dovecot.conf").write_text(config, "utf-8")
    server = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")])
    try:
        _wait(port, folder / "log")
        yield port
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with IMAP4("127.0.0.1", port, timeout=5) as box:
                box.login("probe", "right")
                return
        except (OSError, IMAP4.error):
            time.sleep(0.3)
    raise RuntimeError(log.read_text("utf-8") if log.exists() else "no IMAP server came up")


def send(port, user, sender, name, content, mark="<1@acme.example>"):
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = sender, "Report", mark
    message.set_content("attached")
    message.add_attachment(content, maintype="text", subtype="csv", filename=name)
    with IMAP4("127.0.0.1", port, timeout=10) as box:
        box.login(user, "right")
        box.append("INBOX", "", None, message.as_bytes())


@pytest.fixture
def spec(imap, request):
    return {
        "host": "127.0.0.1",
        "port": imap,
        "tls": False,
        "user": f"u{os.urandom(4).hex()}",
        "password": "right",
        "senders": {"Reports@Acme.example": "P-1"},
        "into": "reseller_reports/workbook",
    }


def test_a_known_sender_lands_once_and_nothing_is_changed(spec, tmp_path):
    send(spec["port"], spec["user"], "Acme <reports@acme.example>", "../2025-03.csv", b"a\n1\n")
    state = {}
    (one,) = fetch(spec, tmp_path, state)
    assert one.file == "reseller_reports/workbook/P-1/2025-03.csv"
    assert (tmp_path / one.file).read_bytes() == b"a\n1\n"
    assert "<1@acme.example>" in one.what and "reports@acme.example" in one.what
    assert fetch(spec, tmp_path, state) == []
    with IMAP4("127.0.0.1", spec["port"], timeout=10) as box:
        box.login(spec["user"], "right")
        box.select("INBOX", readonly=True)
        assert box.search(None, "UNSEEN")[1] == [b"1"]


def test_a_stranger_lands_nothing_and_is_named_once(spec, tmp_path):
    send(spec["port"], spec["user"], "eve@example.org", "2025-03.csv", b"a\n1\n", "<2@x>")
    state = {}
    (one,) = fetch(spec, tmp_path, state)
    assert one.file is None and "eve@example.org" in one.what and "not among" in one.fault
    assert fetch(spec, tmp_path, state) == []
    assert list(tmp_path.rglob("*.csv")) == []


def test_a_stranger_who_becomes_a_sender_lands_what_came_before(spec, tmp_path):
    send(spec["port"], spec["user"], "sales@beta.example", "2025-03.csv", b"a\n1\n", "<4@x>")
    state = {}
    (one,) = fetch(spec, tmp_path, state)
    assert "add the address to senders: and pull again" in one.fault
    wider = {**spec, "senders": {**spec["senders"], "sales@beta.example": "P-2"}}
    (one,) = fetch(wider, tmp_path, state)
    assert one.file == "reseller_reports/workbook/P-2/2025-03.csv"
    assert fetch(wider, tmp_path, state) == [] == fetch(spec, tmp_path, state)


@pytest.mark.parametrize("name", ["march.xls", "march.zip", "march.psv", "march.jsonl"])
def test_a_report_that_is_packed_or_old_lands_where_it_is_refused_with_a_remedy(
    spec, tmp_path, name
):
    send(spec["port"], spec["user"], "reports@acme.example", name, b"x", f"<{name}@x>")
    (one,) = fetch(spec, tmp_path, {})
    assert one.file == f"reseller_reports/workbook/P-1/{name}"


def test_other_attachments_are_left_and_a_wrong_password_is_told(spec, tmp_path):
    send(spec["port"], spec["user"], "reports@acme.example", "invoice.exe", b"x", "<3@x>")
    (one,) = fetch(spec, tmp_path, {})
    assert one.file is None and one.note.startswith("left")
    with pytest.raises(SourceError, match="refuses"):
        fetch({**spec, "password": "revoked"}, tmp_path, {})


def test_no_password_crosses_a_network_in_the_clear(tmp_path):
    with pytest.raises(SourceError, match="this machine alone"):
        fetch(
            {
                "host": "mail.example.com",
                "tls": False,
                "user": "u",
                "password": "p",
                "senders": ["a@b"],
                "into": "crm",
            },
            tmp_path,
            {},
        )
