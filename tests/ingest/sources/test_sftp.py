"""Files from an SFTP server, against asyncssh's own server on this machine."""

import asyncio
import threading
from contextlib import contextmanager

import asyncssh
import pytest

from ingest.sources.fetched import SourceError
from ingest.sources.sftp import fetch


class Server(asyncssh.SSHServer):
    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("acme", "right")


@contextmanager
def serving(folder, key):
    """The port of a server of `folder`, with `key` as its own."""
    loop, ready, held = asyncio.new_event_loop(), threading.Event(), {}

    def sftp(channel):
        return asyncssh.SFTPServer(channel, chroot=str(folder))

    async def begin():
        held["server"] = await asyncssh.create_server(
            Server, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=sftp
        )
        ready.set()

    def work():
        loop.run_until_complete(begin())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield held["server"].sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@pytest.fixture
def drop(tmp_path):
    folder = tmp_path / "drop"
    (folder / "acme").mkdir(parents=True)
    (folder / "acme" / "report.csv").write_text("partner_id\nP-1\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def key():
    return asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture
def spec(tmp_path, drop, key):
    with serving(drop, key) as port:
        known = tmp_path / "known_hosts"
        public = key.export_public_key().decode().strip()
        known.write_text(f"[127.0.0.1]:{port} {public}\n", "utf-8")
        yield {
            "host": "127.0.0.1",
            "port": port,
            "user": "acme",
            "password": "right",
            "known_hosts": str(known),
            "folder": "/",
            "into": "reseller_reports/workbook",
        }


def test_files_come_once_and_again_when_they_change(spec, drop, tmp_path):
    landing, state = tmp_path / "landing", {}
    landing.mkdir()
    (first,) = fetch(spec, landing, state)
    assert first.file == "reseller_reports/workbook/acme/report.csv"
    assert (landing / first.file).read_text("utf-8") == "partner_id\nP-1\n"
    assert fetch(spec, landing, state) == []
    (drop / "acme" / "report.csv").write_text("partner_id\nP-1\nP-2\n", "utf-8")
    (again,) = fetch(spec, landing, state)
    assert again.file == "reseller_reports/workbook/acme/report-2.csv"
    assert (landing / first.file).exists()


def test_a_server_with_another_key_is_refused_before_anything_is_sent(spec, tmp_path):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{spec['port']} {other}\n", "utf-8")
    with pytest.raises(SourceError, match="shows a key that"):
        fetch(spec, tmp_path, {})


def test_a_revoked_password_and_missing_pins_are_told(spec, tmp_path):
    with pytest.raises(SourceError, match="refuses acme"):
        fetch({**spec, "password": "revoked"}, tmp_path, {})
    with pytest.raises(SourceError, match="ssh-keyscan"):
        fetch({**spec, "known_hosts": str(tmp_path / "nowhere")}, tmp_path, {})


def test_links_are_not_followed(spec, drop, tmp_path):
    (tmp_path / "secret.csv").write_text("x\n", "utf-8")
    (drop / "link.csv").symlink_to(tmp_path / "secret.csv")
    landing = tmp_path / "landing"
    landing.mkdir()
    assert [one.what for one in fetch(spec, landing, {})] == ["acme/report.csv"]
