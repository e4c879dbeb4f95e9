"""Sources of plumbline.yaml: what is configured, fetched once, reported and remembered."""

import json

import pytest
from typer.testing import CliRunner

from ingest.sources.fetched import Fetched, SourceError
from orchestration.cli.app import app
from orchestration.config import BadConfig
from orchestration.home import store_address
from orchestration.settings import locations
from orchestration.sources import Brought, bring, configured

YAML = """
sources:
  drop: {kind: sftp, host: h, user: u, known_hosts: k, password: "${DROP_PASSWORD}", into: crm}
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("PLUMBLINE_CONFIG", "PLUMBLINE_LANDING", "PLUMBLINE_WAREHOUSE", "PLUMBLINE_SITE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    (tmp_path / "plumbline.yaml").write_text(YAML, "utf-8")
    return tmp_path


def test_secrets_come_from_the_environment_and_stay_out_of_what_is_kept(home, monkeypatch):
    passwords = []

    def fetch(spec, landing, state):
        passwords.append(spec["password"])
        state["files"] = {"a.csv": [1, 2]}
        return [Fetched("a.csv", "crm/a.csv", 3)]

    monkeypatch.setattr("ingest.sources.sftp.fetch", fetch)
    assert bring(locations())[0].fault.endswith("set it to the secret itself")
    monkeypatch.setenv("DROP_PASSWORD", "hunter2")
    assert bring(locations()) == [Brought("drop", (Fetched("a.csv", "crm/a.csv", 3),))]
    assert passwords == ["hunter2"]
    kept = (home / "sources" / "drop.json").read_text("utf-8")
    assert json.loads(kept) == {"files": {"a.csv": [1, 2]}} and "hunter2" not in kept


def test_what_came_before_a_failure_is_remembered_and_the_failure_is_a_fault(home, monkeypatch):
    def fetch(spec, landing, state):
        state["files"] = {"a.csv": [1, 2]}
        raise SourceError("sftp: h: gone")

    monkeypatch.setattr("ingest.sources.sftp.fetch", fetch)
    monkeypatch.setenv("DROP_PASSWORD", "x")
    done = CliRunner().invoke(app, ["pull"])
    assert done.exit_code == 1 and "fault: drop: not fetched: sftp: h: gone" in done.output
    assert (home / "sources" / "drop.json").exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("sources: {Drop: {kind: sftp}}", "lower letters"),
        ("sources: {drop: {kind: ftp}}", "must be one of"),
        ("sources: [1]", "must be a mapping"),
    ],
)
def test_a_wrong_configuration_is_told_by_file_and_name(home, text, fault):
    (home / "plumbline.yaml").write_text(text, "utf-8")
    with pytest.raises(BadConfig, match=fault):
        configured()


def test_an_unknown_source_is_wrong(home):
    with pytest.raises(BadConfig, match="configured: drop"):
        bring(locations(), ["nobody"])


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("s3://b/p/", "s3://b/p"),
        ("s3:/b/p", "s3://b/p"),
        ("az://c", "az://c"),
        ("/srv/landing", ""),
        ("", ""),
    ],
)
def test_a_place_may_be_an_object_store(written, address):
    assert store_address(written) == address


def test_init_writes_a_file_that_loads_and_never_writes_over_one(home):
    assert CliRunner().invoke(app, ["init"]).exit_code == 2
    (home / "plumbline.yaml").unlink()
    assert CliRunner().invoke(app, ["init"]).exit_code == 0
    assert configured() == []
