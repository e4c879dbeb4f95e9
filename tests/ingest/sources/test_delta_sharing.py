"""Shared tables from a small sharing server of the tests' own: versions, files, refusals."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.sources.delta_sharing import fetch
from ingest.sources.fetched import SourceError
from tests.crm.server import Answer, serving

PATH = "/shares/s/schemas/crm/tables/accounts"
SIGNED = "X-Signature=open-sesame"


def parquet(**columns):
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


class Shared:
    """A table of some version: file id -> (bytes, partition values)."""

    def __init__(self):
        self.version, self.partitions, self.absent = 1, [], False
        self.columns = {"account_id": "string", "name": "string"}
        self.files = {"f1": (parquet(account_id=["A1"], name=["Acme"]), {})}

    def answer(self, crm, request):
        if request.path.endswith(("/shares", "/all-tables")):
            whole = request.path.endswith("/shares")
            one = {"name": "s"} if whole else {"name": "accounts", "schema": "crm", "share": "s"}
            return Answer({"items": [one]})
        if self.absent:
            return Answer({"errorCode": "RESOURCE_DOES_NOT_EXIST", "message": "no table"}, 404)
        if request.path == f"{PATH}/version":
            return Answer(b"", 200, {"Delta-Table-Version": str(self.version)})
        described = request.path == f"{PATH}/metadata"
        assert described or (request.method, request.path) == ("POST", f"{PATH}/query")
        fields = [
            {"name": name, "type": kind, "nullable": True, "metadata": {}}
            for name, kind in self.columns.items()
        ]
        table = {"id": "t", "format": {"provider": "parquet"}}
        table["schemaString"] = json.dumps({"type": "struct", "fields": fields})
        table["partitionColumns"] = self.partitions
        lines = [{"protocol": {"minReaderVersion": 1}}, {"metaData": table}]
        for name, (data, values) in () if described else self.files.items():
            url = f"{crm.url}/bucket/{name}?{SIGNED}"
            one = {"url": url, "id": name, "size": len(data), "partitionValues": values}
            lines.append({"file": one})
        headers = {"Delta-Table-Version": str(self.version)}
        return Answer("\n".join(map(json.dumps, lines)).encode(), 200, headers)

    def trouble(self, crm, request):
        if not request.path.startswith("/bucket/"):
            return None
        assert request.token == "", "no token goes to a signed address"
        return Answer(self.files[request.path.rpartition("/")[2]][0])


@pytest.fixture
def shared(tmp_path):
    own = Shared()
    with serving(own.answer) as server:
        own.server, server.trouble = server, own.trouble
        profile = {"shareCredentialsVersion": 1, "endpoint": server.url, "bearerToken": "token-1"}
        (tmp_path / "a.share").write_text(json.dumps(profile), "utf-8")
        tables = {"accounts": {"table": "s.crm.accounts", "into": "crm/accounts"}}
        own.spec = {"name": "sh", "profile": str(tmp_path / "a.share"), "tables": tables}
        yield own


def pull(shared, zone, state):
    return fetch(shared.spec, zone.root, state, lambda _: None)


def test_files_land_as_received_and_an_unchanged_version_fetches_nothing(shared, zone):
    state = {}
    (one,) = pull(shared, zone, state)
    assert (zone.root / one.file).read_bytes() == shared.files["f1"][0]
    before = len(shared.server.requests)
    (again,) = pull(shared, zone, json.loads(json.dumps(state)))
    assert (again.file, again.note) == (None, "nothing new: version 1")
    assert len(shared.server.requests) == before + 1
    zone.land()
    assert zone.rows("select account_id, name from landing.accounts") == [("A1", "Acme")]


def test_a_new_version_brings_its_new_files_alone_and_tells_those_that_went(shared, zone):
    state = {}
    pull(shared, zone, state)
    shared.version = 2
    shared.files["f2"] = (parquet(account_id=["A2"], name=["Beta"]), {})
    assert [one.file is not None for one in pull(shared, zone, state)] == [True]
    shared.version = 3
    del shared.files["f1"]
    (thing,) = pull(shared, zone, state)
    assert "1 files are not part of version 3" in thing.note
    assert state["accounts"]["files"] == ["f2"]


def test_values_of_a_partition_are_added(shared, zone):
    shared.partitions = ["country"]
    shared.files = {"f1": (parquet(account_id=["A1"], name=["Acme"]), {"country": "DE"})}
    pull(shared, zone, {})
    zone.land()
    assert zone.rows("select account_id, country from landing.accounts") == [("A1", "DE")]


def test_a_short_file_a_revoked_token_and_a_wrong_profile_are_told(shared, zone, tmp_path):
    state = {}
    shared.server.trouble = lambda crm, request: (
        Answer(b"PAR1") if request.path.startswith("/bucket/") else None
    )
    (one,) = pull(shared, zone, state)
    assert "4 bytes and" in one.fault and "version" not in state["accounts"]
    assert SIGNED not in one.fault
    shared.server.trouble = shared.trouble
    assert pull(shared, zone, state)[0].file
    shared.server.revoked.add("token-1")
    (one,) = pull(shared, zone, state)
    assert "answers 401" in one.fault and "token-1" not in one.fault
    (tmp_path / "a.share").write_text("{}", "utf-8")
    with pytest.raises(SourceError, match="not a profile with endpoint"):
        pull(shared, zone, state)
    with pytest.raises(SourceError, match=r"share\.schema\.table"):
        (tmp_path / "a.share").write_text(
            '{"shareCredentialsVersion": 1, "endpoint": "https://x.example", "bearerToken": "t"}'
        )
        fetch({**shared.spec, "tables": {"a": {"table": "x", "into": "crm"}}}, zone.root, {})
