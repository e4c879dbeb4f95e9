"""What lands of each kind of source, moment by moment, as docs/sources.md shows it.

    PLUMBLINE_WRITE_DOCS=1 pytest tests/ingest/sources/test_what_lands.py

writes the rows of the page anew from what was seen.
"""

import copy
import os
import re
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import pytest

from tests.crm import hubspot as hubspot_server
from tests.crm import salesforce as salesforce_server
from tests.crm.server import serving
from tests.ingest.sources import kinds
from tests.ingest.sources.test_azure import ACCOUNT, KEY
from tests.ingest.sources.test_azure import endpoint as azurite  # noqa: F401
from tests.ingest.sources.test_delta_sharing import Shared
from tests.ingest.sources.test_mailbox import imap  # noqa: F401
from tests.ingest.sources.test_query import server  # noqa: F401
from tests.ingest.sources.test_sftp import serving as sftp_serving

PAGE = Path(__file__).parents[3] / "docs" / "sources.md"
NAMES = {
    "s3": "landing zone in S3",
    "az": "landing zone in Azure",
    "sql": "`sql` (Postgres)",
    "sftp": "`sftp`",
    "imap": "`imap`",
    "salesforce": "`salesforce`",
    "hubspot": "`hubspot`",
    "delta_sharing": "`delta_sharing`",
}


@contextmanager
def sftp_world(folder):
    """An SFTP server and its world."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    (folder / "drop").mkdir()
    with sftp_serving(folder / "drop", key) as port:
        public = key.export_public_key().decode().strip()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}\n", "utf-8")
        yield kinds.Sftp(folder / "drop", port, folder / "known_hosts")


@contextmanager
def crm_world(kind):
    """A CRM's server and its world."""
    answer = (salesforce_server if kind is kinds.Salesforce else hubspot_server).answer
    with serving(answer) as crm:
        yield kind(crm)


@contextmanager
def shared_world(folder):
    """A sharing server and its world."""
    shared = Shared()
    with serving(shared.answer) as sharing:
        shared.server = sharing
        yield kinds.DeltaSharing(shared, sharing, folder)


@pytest.fixture
def azure(azurite, monkeypatch):  # noqa: F811
    """An address below which nothing lies, its keys in the environment."""
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", KEY)
    monkeypatch.setenv("AZURE_ENDPOINT", azurite)
    return "az://zone/what-lands"


@pytest.fixture
def world(request, tmp_path):
    """The world of one kind; its servers are asked for only where they are needed."""
    name, get = request.param, request.getfixturevalue
    if name == "s3":
        yield kinds.Bucket(get("bucket"))
    elif name == "az":
        yield kinds.Container(get("azure"))
    elif name == "sql":
        yield kinds.Query(get("server"))
    elif name == "imap":
        yield kinds.Mailbox(get("imap"))
    else:
        made = {
            "sftp": lambda: sftp_world(tmp_path),
            "salesforce": lambda: crm_world(kinds.Salesforce),
            "hubspot": lambda: crm_world(kinds.HubSpot),
            "delta_sharing": lambda: shared_world(tmp_path),
        }[name]
        with made() as made_world:
            yield made_world


def without_moments(done, phrase=""):
    """A pull as one cell: the files that it wrote, and the words of a fault or note."""
    files = sum(one.file is not None for one in done)
    faults = [one.fault for one in done if one.fault]
    assert not faults or phrase in " ".join(faults), faults
    notes = " ".join(one.note or "" for one in done)
    words = ["nothing", "1 file", *(f"{n} files" for n in range(2, 9))][files]
    if faults:
        return f"{words}; a fault: …{phrase}…"
    return f"{words}; a note: {phrase}" if phrase and phrase in notes else words


def contents(zone):
    paths = (p for p in zone.rglob("*") if p.is_file() and not p.name.startswith("."))
    return sorted(p.read_bytes() for p in paths)


def broken_off(world, monkeypatch, tmp_path):
    """A pull that is ended before its last file, and the one after it, beside a whole one."""
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for zone in (whole, cut):
        zone.mkdir()
    kept = {}
    with world.killed(monkeypatch), pytest.raises(KeyboardInterrupt):
        world.pull(cut, copy.deepcopy(kept))  # What it knew goes with it.
    before = len(contents(cut))
    world.turn -= 1
    done = world.pull(cut, kept)
    world.turn -= 1
    world.pull(whole, {})
    again = len(contents(cut)) - len(contents(whole))
    assert contents(cut) == contents(whole) if world.same_bytes else again == before
    assert not [one.fault for one in done if one.fault]
    twice = f"{again} page again with the same records" if again else "none twice"
    return f"{before} there, then all {len(contents(whole))}, {twice}"


@pytest.mark.parametrize("world", NAMES, indirect=True)
def test_what_lands_is_as_the_page_says(world, request, monkeypatch, tmp_path):
    zone, state = tmp_path / "zone", {}
    zone.mkdir()
    cells = [without_moments(world.pull(zone, state)), without_moments(world.pull(zone, state))]
    world.change()
    cells.append(without_moments(world.pull(zone, state)))
    cells.append(broken_off(world, monkeypatch, tmp_path))
    world.reshape()
    cells.append(without_moments(world.pull(zone, state), world.reshaped))
    before = contents(zone)
    world.revoke()
    cells.append(without_moments(world.pull(zone, state), world.refused))
    assert "a fault" in cells[-1] and contents(zone) == before
    assert cells[1] == "nothing"
    name = NAMES[request.node.callspec.params["world"]]
    row = f"| {' | '.join([name, *cells])} |"
    page = PAGE.read_text("utf-8")
    if os.environ.get("PLUMBLINE_WRITE_DOCS"):
        ours = rf"^\| {re.escape(name)} \|.*then all.*"
        PAGE.write_text(re.sub(ours, lambda _: row, page, flags=re.M), "utf-8")
    assert row in PAGE.read_text("utf-8"), row
