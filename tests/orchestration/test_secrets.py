"""Secrets: where they come from, when a file of them is refused, and that a failing pull keeps
them out of everything that is written or shown."""

from __future__ import annotations

import socketserver
import sqlite3
import struct
import threading
from contextlib import contextmanager

import dagster as dg
import duckdb
import pytest

from orchestration import secrets
from orchestration.cli.app import run
from orchestration.config import BadConfig, with_secrets
from orchestration.defs.pull import api_pull
from orchestration.defs.resources import Program
from orchestration.instance import prepare_instance
from orchestration.secrets import BadSecrets, read_secrets, secret, without_secrets
from orchestration.settings import locations

DATABASE, MAILBOX = "hunter2&correct horse", "battery-staple-9"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY", "SECRETS"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    monkeypatch.setattr(secrets, "_values", set())
    return tmp_path


def write(home, text, mode=0o600):
    file = home / "secrets.env"
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


def test_a_secret_is_the_environments_else_that_of_the_file(home, monkeypatch):
    write(home, "# of the drop\nDROP='p q'\nexport OTHER=x=y\n\n")
    assert (secret("DROP"), secret("OTHER"), secret("NONE")) == ("p q", "x=y", None)
    monkeypatch.setenv("DROP", "own")
    assert with_secrets("a ${DROP}", "here") == "a own"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_file_that_others_may_open_is_refused_with_the_remedy(home, mode):
    file = write(home, "DROP=hidden-word", mode)
    with pytest.raises(BadConfig, match=f"chmod 600 {file}") as raised:
        with_secrets("${DROP}", "here")
    assert "hidden-word" not in str(raised.value)


def test_a_line_that_is_none_is_named_by_its_number_alone(home):
    file = write(home, "A=1\nhidden-word\n")
    with pytest.raises(BadSecrets, match=f"{file}:2") as raised:
        read_secrets(file)
    assert "hidden-word" not in str(raised.value)


def test_a_named_file_must_be_there(monkeypatch):
    monkeypatch.setenv("PLUMBLINE_SECRETS", "/nowhere/at/all")
    with pytest.raises(BadConfig, match="there is no such file"):
        with_secrets("${DROP}", "here")


def test_a_used_secret_is_hidden_in_each_of_its_forms(monkeypatch):
    monkeypatch.setenv("URI", "postgresql://u:p%40ss%26word@h/d")
    secret("URI")
    cleaned = without_secrets("postgresql://u:p%40ss%26word@h/d said p@ss&word and p%40ss%26word")
    assert cleaned == "… said … and …"


def test_the_file_of_a_key_is_told_and_its_password_is_not(monkeypatch):
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_FILE", "keys/of-mine.p8")
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_FILE_PWD", "open-sesame")
    assert without_secrets("keys/of-mine.p8 by open-sesame") == "keys/of-mine.p8 by …"


class Database(socketserver.StreamRequestHandler):
    """A PostgreSQL server that asks for the password and repeats it in its refusal."""

    def handle(self):
        if self.rfile.read(8)[4:] == struct.pack("!I", 80877103):
            self.wfile.write(b"N")
            size = struct.unpack("!I", self.rfile.read(4))[0]
        else:
            return
        self.rfile.read(size - 4)
        self.wfile.write(b"R" + struct.pack("!II", 8, 3))
        self.rfile.read(1)
        size = struct.unpack("!I", self.rfile.read(4))[0]
        password = self.rfile.read(size - 4).rstrip(b"\0")
        body = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed: " + password + b"\0\0"
        self.wfile.write(b"E" + struct.pack("!I", len(body) + 4) + body)


class Mailbox(socketserver.StreamRequestHandler):
    """An IMAP server that repeats a refused login, password and all."""

    def handle(self):
        self.wfile.write(b"* OK IMAP4rev1 ready\r\n")
        for line in self.rfile:
            tag, _, rest = line.rstrip().partition(b" ")
            if rest.upper().startswith(b"CAPABILITY"):
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
            elif rest.upper().startswith(b"LOGOUT"):
                self.wfile.write(b"* BYE\r\n" + tag + b" OK done\r\n")
                return
            else:
                self.wfile.write(tag + b" NO refused: " + rest + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    """Ends without waiting for a client that keeps its connection."""

    daemon_threads = True
    block_on_close = False


@contextmanager
def serving(handler):
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


@pytest.fixture
def failing(home, monkeypatch):
    """Two sources whose servers refuse, and say aloud what they were given."""
    (home / "landing").mkdir()
    write(home, f"MAIL_PASSWORD={MAILBOX}\n")
    with serving(Database) as database, serving(Mailbox) as mailbox:
        uri = f"postgresql://u:hunter2%26correct%20horse@127.0.0.1:{database}/d"
        monkeypatch.setenv("WAREHOUSE_URI", uri)
        (home / "plumbline.yaml").write_text(
            f"""
sources:
  accounts: {{kind: sql, driver: postgresql, uri: "${{WAREHOUSE_URI}}", query: select 1, into: crm}}
  mails:
    {{kind: imap, host: 127.0.0.1, port: {mailbox}, tls: false, user: u,
      password: "${{MAIL_PASSWORD}}", senders: [a@b.example], into: crm}}
""",
            "utf-8",
        )
        yield home


def everything_written(home):
    """(file, text) of all that lies under PLUMBLINE_HOME but the secrets themselves; of a database
    also every value of every table, which compression may hide from its bytes."""
    for file in sorted(path for path in home.rglob("*") if path.is_file()):
        if file.name in ("secrets.env", "plumbline.yaml"):
            continue
        yield str(file), file.read_bytes().decode("utf-8", "replace")
        if file.suffix in (".db", ".sqlite"):
            with sqlite3.connect(file) as con:
                tables = con.execute("select name from sqlite_master where type = 'table'")
                for (table,) in tables.fetchall():
                    yield (
                        f"{file}:{table}",
                        repr(con.execute(f'select * from "{table}"').fetchall()),
                    )
        if file.suffix == ".duckdb":
            with duckdb.connect(str(file), read_only=True) as con:
                yield f"{file}:api_pull", repr(con.execute("from landing.api_pull").fetchall())


def hides(text):
    forms = (DATABASE, "hunter2", "correct%20horse", MAILBOX)
    return [form for form in forms if form in text]


def test_a_failing_pull_writes_no_secret_anywhere(failing, capfd):
    places = locations()
    prepare_instance(places)
    program = Program(landing=str(places.landing), warehouse=str(places.warehouse))
    with dg.DagsterInstance.get() as instance:
        result = dg.materialize([api_pull], resources={"program": program}, instance=instance)
        (event,) = result.asset_materializations_for_node("landing__api_pull")
        records = repr(instance.get_records_for_run(result.run_id).records)
        run_config = repr(instance.get_run_by_id(result.run_id))
    notes = {name: str(value.value) for name, value in event.metadata.items()}
    assert "password authentication failed" in notes["accounts"] and "refuses u" in notes["mails"]
    written = dict(everything_written(failing))
    assert any("dagster_home" in file for file in written)
    out, err = capfd.readouterr()
    written |= {"events": records, "run": run_config, "metadata": repr(notes)}
    written |= {"standard output": out, "standard error": err}
    assert {place: hides(text) for place, text in written.items() if hides(text)} == {}


@pytest.mark.parametrize("debug", [[], ["--debug"]])
@pytest.mark.parametrize("words", [["pull"], ["pull", "--json"], ["doctor"], ["doctor", "--json"]])
def test_no_command_shows_a_secret_of_a_source_that_refuses(words, debug, failing, capfd):
    assert run([*words, *debug]) == 1
    out, err = capfd.readouterr()
    assert "accounts" in out and hides(out + err) == []
