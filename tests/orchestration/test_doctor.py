"""`plumbline doctor`: what is right, missing, forbidden or wrong, and how to fix it."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from contextlib import contextmanager
from shutil import copytree

import asyncssh
import duckdb
import pytest
import yaml
from jsonschema import Draft202012Validator

from orchestration.cli.app import run
from orchestration.config_model import KINDS, faults, schema
from orchestration.doctor import examine
from orchestration.doctor.finding import State
from orchestration.settings import locations
from orchestration.sources import KINDS as ALL_KINDS
from scoring.policy.load import policy_dir


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY", "SECRETS"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "landing" / "crm").mkdir(parents=True)
    return tmp_path


def states(what=""):
    return {
        f"{one.what} {one.place}" if not what else one.place: one.state
        for one in examine(locations())
        if one.what.startswith(what)
    }


def finding(what):
    (one,) = [one for one in examine(locations()) if one.what == what]
    return one


def test_an_ordinary_home_has_no_fault(capsys):
    assert run(["doctor", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["faults"] == 0
    assert {one["what"] for one in answer["places"]} >= {
        "landing zone",
        "warehouse",
        "site",
        "policy set",
        "disk",
        "file modes",
        "owners",
        "column maps",
    }


def test_a_missing_landing_zone_is_a_fault_with_its_remedy(home, capsys):
    (home / "landing" / "crm").rmdir()
    (home / "landing").rmdir()
    assert run(["doctor"]) == 1
    output = capsys.readouterr().out
    assert f"missing: landing zone: {home / 'landing'}" in output and "plumbline demo" in output


def test_a_file_that_is_no_warehouse_and_one_that_is(home):
    (home / "plumbline.duckdb").write_text("no database at all, but long enough" * 99)
    assert finding("warehouse").state is State.WRONG
    (home / "plumbline.duckdb").unlink()
    duckdb.connect(str(home / "plumbline.duckdb")).close()
    assert finding("warehouse").state is State.RIGHT


def test_what_anybody_may_change_is_a_fault(home):
    (home / "landing").chmod(0o777)
    one = finding("file modes")
    assert one.state is State.WRONG and one.mend == f"chmod o-w {home / 'landing'}"


def test_secrets_that_others_may_open_and_those_that_are_nowhere(home, monkeypatch):
    (home / "plumbline.yaml").write_text(
        "destinations: {everybody: 'json://127.0.0.1:1/${TOKEN_OF_NOBODY}'}", "utf-8"
    )
    assert states("secrets") == {"${TOKEN_OF_NOBODY}": State.MISSING}
    (home / "secrets.env").write_text("TOKEN_OF_NOBODY=x\n")
    (home / "secrets.env").chmod(0o644)
    assert finding("secrets").state is State.FORBIDDEN
    (home / "secrets.env").chmod(0o600)
    assert set(states("secrets").values()) == {State.RIGHT}
    assert finding("messages for everybody").state is State.WRONG


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("owners: {boss: x}", "owners: boss"),
        ("sources: {a: {kind: sftp, host: h}}", "sources: a: into: field required"),
        ("sources: {a: {kind: ftp}}", "must be one of"),
        ("lineage: {fil: x}", "lineage: fil"),
        ("places: {landing: 3}", "places: landing"),
        ("places: {rows: x}", "places: rows"),
        ("owners: [", "not YAML"),
        ("owner: {}", "no section 'owner'"),
    ],
)
def test_a_wrong_configuration_is_one_finding_that_names_the_key(home, text, words, capsys):
    (home / "plumbline.yaml").write_text(text, "utf-8")
    assert run(["doctor", "--json"]) == 1
    wrong = [one for one in json.loads(capsys.readouterr().out)["places"] if one["fault"]]
    assert any(words in one["said"] for one in wrong)
    assert all(one["mend"] for one in wrong)


class Server(asyncssh.SSHServer):
    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return password == "right-password"


@contextmanager
def sftp(folder):
    """(port, line of known_hosts) of an SFTP server that shows `folder`."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()

    async def start():
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Server,
            server_host_keys=[key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder)),
        )

    server = loop.run_until_complete(start())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    port = server.get_port()
    try:
        line = key.export_public_key().decode().strip()
        yield port, f"[127.0.0.1]:{port} {line}\n"
    finally:
        loop.call_soon_threadsafe(loop.stop)


def test_a_source_is_right_forbidden_missing_or_wrong(home, monkeypatch):
    (home / "there").mkdir()
    (home / "there" / "a.csv").write_text("a\n1\n")
    with sftp(home) as (port, line):
        (home / "known").write_text(line)
        spec = {
            "kind": "sftp",
            "host": "127.0.0.1",
            "port": port,
            "user": "u",
            "password": "${DROP_PASSWORD}",
            "known_hosts": str(home / "known"),
            "folder": "there",
            "into": "crm/accounts",
        }

        def tried(**changes):
            text = yaml.safe_dump({"sources": {"drop": spec | changes}})
            (home / "plumbline.yaml").write_text(text, "utf-8")
            return finding("source drop")

        assert tried().state is State.MISSING
        monkeypatch.setenv("DROP_PASSWORD", "right-password")
        assert (tried().state, tried().said) == (State.RIGHT, "1 names in there")
        assert tried(folder="nowhere").state is State.WRONG
        assert tried(into="../elsewhere").state is State.WRONG
        assert tried(known_hosts=str(home / "none")).state is State.WRONG
        monkeypatch.setenv("DROP_PASSWORD", "revoked-password")
        one = tried()
        assert one.state is State.FORBIDDEN and "revoked-password" not in str(one.as_dict())
        (home / "known").write_text(line.replace("AAAA", "AAAB", 1))
        assert tried().state in (State.FORBIDDEN, State.WRONG)
    assert list((home / "landing" / "crm").iterdir()) == []


def test_init_writes_a_schema_that_the_example_fits_and_a_slip_does_not(home):
    assert run(["init"]) == 0
    file = home / "plumbline.yaml"
    lines = file.read_text("utf-8").splitlines()
    assert lines[0].endswith("$schema=./plumbline.schema.json")
    text = (home / "plumbline.schema.json").read_text("utf-8")
    assert text == schema(ALL_KINDS)
    judge = Draft202012Validator(json.loads(text))
    # A line of example begins with # and none or two blanks; with it off, the file is filled in.
    filled = [line[1:] if re.match(r"#(\S|  )", line) else line for line in lines]
    content = yaml.safe_load("\n".join(filled))
    assert set(content) >= {"places", "sources", "owners", "destinations", "lineage"}
    assert {spec["kind"] for spec in content["sources"].values()} >= set(KINDS)
    assert list(judge.iter_errors(content)) == [] and faults(content, ALL_KINDS) == []
    content["sources"]["accounts"]["qurey"] = "select 1"
    assert list(judge.iter_errors(content)) and faults(content, ALL_KINDS)


def test_places_of_the_file_lie_beside_it_and_options_go_before_them(home, monkeypatch):
    (home / "plumbline.yaml").write_text(
        "places: {landing: zone, warehouse: w/x.duckdb, policy: procore}", "utf-8"
    )
    configured = locations()
    assert (configured.landing, configured.warehouse) == (home / "zone", home / "w" / "x.duckdb")
    assert (configured.policy, configured.site) == ("procore", home / "site")
    monkeypatch.setenv("PLUMBLINE_LANDING", str(home / "landing"))
    assert locations().landing == home / "landing"
    assert locations(warehouse=home / "o.duckdb").warehouse == home / "o.duckdb"
    (home / "plumbline.yaml").write_text("places: {landing: 's3://b/p'}", "utf-8")
    monkeypatch.delenv("PLUMBLINE_LANDING")
    assert locations().address == "s3://b/p"


@pytest.mark.parametrize(
    ("calendar", "state", "answer"),
    [
        ("US", State.RIGHT, r"known to the holidays package"),
        ("GB", State.RIGHT, r"most parts of the country: \d{4}-\d\d-\d\d \(3 of 4\), .*name it"),
        ("Atlantis", State.WRONG, r"'Atlantis' is unknown"),
    ],
)
def test_the_holiday_calendar_of_the_policy_is_tried(calendar, state, answer, home):
    copied = copytree(policy_dir("procore"), home / "policy" / "procore")
    file = copied / "program.yaml"
    text = file.read_text("utf-8")
    assert "values: {2000-01-01: US}" in text
    file.write_text(text.replace("{2000-01-01: US}", f"{{2000-01-01: {calendar}}}"), "utf-8")
    (home / "plumbline.yaml").write_text(f"places: {{policy: {copied}}}", "utf-8")
    one = finding("holiday calendar")
    assert (one.place, one.state) == (calendar, state) and re.search(answer, one.said)
