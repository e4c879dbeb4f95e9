"""plumbline.yaml: which file counts, and the message for one that cannot be used."""

from __future__ import annotations

import pytest

from orchestration.cli import app
from orchestration.config import VARIABLE, BadConfig, config_file, section, with_secrets


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    # Set and removed, so that what a command writes there disappears after the test.
    monkeypatch.setenv(VARIABLE, "")
    return tmp_path


def test_without_a_file_every_section_is_empty():
    assert config_file() is None
    assert section("owners") == {}


def test_the_file_lies_under_home(at_home):
    (at_home / "plumbline.yaml").write_text("owners: {channel_manager: cm@vendor.example}\n")
    assert section("owners") == {"channel_manager": "cm@vendor.example"}
    assert section("maps") == {}


BROKEN = [
    ("owners: [", "not YAML"),
    ("- owners", "must hold sections"),
    ("owner: {}", "no section 'owner'; there are: places"),
    ("owners: [a]", "`owners:` must be a mapping"),
]


@pytest.mark.parametrize(("text", "fault"), BROKEN)
def test_a_broken_file_is_said_by_name(at_home, text, fault):
    (at_home / "plumbline.yaml").write_text(text)
    with pytest.raises(BadConfig, match=fault) as raised:
        section("owners")
    assert "plumbline.yaml" in str(raised.value)


def test_a_named_file_comes_first_and_must_be_there(at_home, capsys):
    (at_home / "plumbline.yaml").write_text("owners: {channel_manager: one}\n")
    other = at_home / "other.yaml"
    assert app.run(["today", "--config", str(other)]) == 2
    assert f"{other}: there is no such file" in capsys.readouterr().err
    other.write_text("owners: {channel_manager: two}\n")
    app.run(["today", "--config", str(other)])
    assert section("owners") == {"channel_manager": "two"}


def test_secrets_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("MAIL_PASSWORD", "hush")
    assert (
        with_secrets("mailto://me:${MAIL_PASSWORD}@host", "destinations") == "mailto://me:hush@host"
    )
    with pytest.raises(BadConfig, match="destinations: there is no NO_SUCH_ONE"):
        with_secrets("${NO_SUCH_ONE}", "destinations")
