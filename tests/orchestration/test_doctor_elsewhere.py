"""`plumbline doctor` on shared tables, CRMs and buckets: right, missing, forbidden, wrong."""

import json

import pytest
import yaml

from orchestration.doctor import examine
from orchestration.doctor.finding import State
from orchestration.settings import locations
from tests.crm import hubspot, salesforce
from tests.crm.server import SECRET, serving
from tests.ingest.sources.conftest import bucket, s3_server  # noqa: F401
from tests.ingest.sources.test_delta_sharing import shared  # noqa: F401
from tests.ingest.sources.test_hubspot import company
from tests.ingest.sources.test_salesforce import account, deal
from tests.object_store import free_port

QUERY = "SELECT Id, Name, SystemModstamp FROM Account ORDER BY Id"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY", "SECRETS", "RAW", "LEDGER"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    (tmp_path / "landing").mkdir()
    return tmp_path


@pytest.fixture
def tried(home):
    """The findings for one source of this shape; nothing of it lands and nothing is written."""

    def finding(spec):
        (home / "plumbline.yaml").write_text(yaml.safe_dump({"sources": {"one": spec}}), "utf-8")
        (one,) = [one for one in examine(locations()) if one.what == "source one"]
        assert list((home / "landing").iterdir()) == [] and not (home / "sources").exists()
        assert one.mend or not one.is_fault
        return one

    return finding


def test_shared_tables(shared, tried, tmp_path):  # noqa: F811
    spec = {"kind": "delta_sharing", "profile": shared.spec["profile"]}
    spec["tables"] = {"accounts": {"table": "s.crm.accounts", "into": "crm/accounts"}}
    one = tried(spec)
    assert (one.state, one.said) == (
        State.RIGHT,
        "lets us in; table accounts at version 1; nothing was fetched",
    )
    assert not any(request.path.endswith("/query") for request in shared.server.requests)
    shared.absent = True
    one = tried(spec)
    assert one.state is State.MISSING and "table accounts" in one.said
    shared.server.revoked.add("token-1")
    one = tried(spec)
    assert one.state is State.FORBIDDEN and "token-1" not in str(one.as_dict())
    profile = {"shareCredentialsVersion": 1, "bearerToken": "token-1"}
    profile["endpoint"] = f"http://127.0.0.1:{free_port()}"
    (tmp_path / "a.share").write_text(json.dumps(profile), "utf-8")
    assert tried(spec).state is State.WRONG
    (tmp_path / "a.share").unlink()
    assert "not a profile" in tried(spec).said


def test_salesforce(tried):
    with serving(salesforce.answer) as crm:
        crm.objects = {"Account": [account(1)], "Opportunity": [deal(1)]}
        spec = {"kind": "salesforce", "url": crm.url, "client_id": "c", "client_secret": SECRET}
        assert tried(spec).state is State.RIGHT
        assert all("LIMIT 0" in request.query["q"] for request in crm.requests)
        spec["queries"] = {"accounts": {"query": QUERY, "into": "crm/accounts"}}
        assert tried(spec).said == "lets us in; query accounts; nothing was fetched"
        for gone in ("Name", "Account"):
            crm.unknown = {gone}
            one = tried(spec)
            assert one.state is State.MISSING and f"'{gone}'" in one.said
        one = tried(spec | {"client_secret": "revoked-secret"})
        assert one.state is State.FORBIDDEN and "revoked-secret" not in str(one.as_dict())
        assert tried(spec | {"queries": {"a": {"query": "x", "into": "crm"}}}).state is State.WRONG


def test_hubspot(tried):
    with serving(hubspot.answer) as crm:
        crm.tokens = 1
        crm.objects = {"companies": [company(1)], "deals": []}
        spec = {"kind": "hubspot", "url": crm.url, "token": "token-1"}
        assert tried(spec).state is State.RIGHT
        spec["objects"] = {"companies": {"properties": ["name", "tier"], "into": "crm/accounts"}}
        one = tried(spec)
        assert one.state is State.MISSING and "no property tier, which would land empty" in one.said
        spec["objects"] = {"registrations": {"properties": ["name"], "into": "crm/accounts"}}
        assert tried(spec).state is State.MISSING
        assert tried(spec | {"token": "revoked-token"}).state is State.FORBIDDEN
        assert crm.count("POST") == 0


def test_buckets(bucket, monkeypatch):  # noqa: F811
    def finding(address):
        for name in ("LANDING", "RAW", "LEDGER", "SITE"):
            monkeypatch.setenv(f"PLUMBLINE_{name}", address)
        every = [one for one in examine(locations()) if one.place == address]
        assert [one.what for one in every] == ["landing zone", "site", "ledger", "raw store"]
        assert len({one.state for one in every}) == 1
        assert all(one.mend or not one.is_fault for one in every)
        return every[0]

    assert (finding(bucket).state, finding(bucket).said) == (State.RIGHT, "0 objects listed")
    assert finding("s3://nobody-made-this/p").state is State.MISSING
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "revoked-key")
    one = finding(bucket)
    assert one.state is State.FORBIDDEN and "revoked-key" not in str(one.as_dict())
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://storage.example.com")
    assert finding(bucket).state is State.WRONG
