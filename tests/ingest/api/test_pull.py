"""Pages of vendors' APIs: fetched whole, as received, from a server that may misbehave."""

import json

import pytest

from ingest.api.budget import PullFailed
from ingest.api.client import retry_after, vendors
from ingest.api.pull import missing, pull
from tests.ingest.api.vendor import Answer, serving

NOTHING = Answer({"data": []})
ACCOUNTS = "/v1/overlaps/accounts"


def overlap(number):
    return {"crossbeam_record_id": f"c{number}", "partner_crossbeam_record_id": f"p{number}"}


def only(path, answer):
    """A plan that answers one endpoint and has nothing at the others."""

    def plan(vendor, requested, query, before):
        return answer(vendor, query, before) if requested == path else NOTHING

    return plan


def fetch(landing, plan, vendor="crossbeam", waits=None, **more):
    waits = [] if waits is None else waits
    with serving(plan) as server:
        name = vendor.upper()
        environment = {
            f"{name}_CLIENT_ID": "id",
            f"{name}_CLIENT_SECRET": "s3cret",
            f"{name}_URL": server.url,
            f"{name}_TOKEN_URL": server.url + "/oauth/token",
            "CROSSBEAM_ORGANIZATION": "org-1",
            "PROCORE_COMPANIES": "77",
            **more,
        }
        done = pull(vendor, landing, environment, waits.append)
    return {pulled.endpoint: pulled for pulled in done}, server


def kept(landing, pattern="account_mapping/crossbeam/overlaps_accounts-*.json"):
    return [p.read_bytes() for p in sorted(landing.glob(pattern), key=lambda p: (len(p.name), p))]


def test_every_endpoint_is_asked_with_token_and_organization(tmp_path):
    done, server = fetch(tmp_path, lambda *_: NOTHING)
    assert set(done) == set(vendors()["crossbeam"]["endpoints"])
    assert server.tokens == 1
    for headers in server.headers:
        assert headers["Authorization"] == "Bearer token-1"
        assert headers["Xbeam-Organization"] == "org-1"
    assert {p.name for p in (tmp_path / "account_mapping/crossbeam").iterdir()} == {
        e.replace("/", "_") + "-1.json" for e in done
    }


def test_a_cursor_walk_ends_with_has_more_false_alone_and_pages_stay_as_received(tmp_path):
    bodies = {
        "": b'{ "data": [], "pagination": {"has_more": true, "next_cursor": "a"} }',
        "a": b'{"data":[{"crossbeam_record_id":"c1","x":1.50}],"pagination":'
        b'{"has_more":true,"next_href":"/v1/overlaps/accounts?cursor=b","next_cursor":"z"}}',
        "b": b'{"items":[],"pagination":{"has_more":false,"next_cursor":"c",'
        b'"next_href":"/v1/overlaps/accounts?cursor=c"}}',
    }
    plan = only(ACCOUNTS, lambda v, q, n: Answer(bodies[q.get("cursor", "")]))
    done, _ = fetch(tmp_path, plan)
    assert done["overlaps/accounts"].fault is None
    assert kept(tmp_path) == list(bodies.values())


def test_page_numbers_are_followed_until_no_next_page_is_named(tmp_path):
    def answer(vendor, query, before):
        page = int(query.get("page", 1))
        href = f"{vendor.url}{ACCOUNTS}?limit=1&page={page + 1}" if page < 3 else None
        paging = {"limit": 1, "page": page, "next_href": href}
        return Answer({"data": [overlap(page)], "pagination": paging})

    done, _ = fetch(tmp_path, only(ACCOUNTS, answer))
    assert len(done["overlaps/accounts"].files) == 3
    assert [json.loads(b)["data"][0]["crossbeam_record_id"] for b in kept(tmp_path)] == [
        "c1",
        "c2",
        "c3",
    ]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://api.example.com/v1/overlaps/accounts?page=2",
        "{url}/v1/partners?page=2",
        "//evil.example/v1/overlaps/accounts",
        "{url}@evil.example/v1/overlaps/accounts",
        "{url}/v1/overlaps/accounts/../../partners",
        "http://[broken",
    ],
)
def test_a_next_page_elsewhere_is_refused_and_what_came_is_kept(tmp_path, elsewhere):
    paging = {"limit": 1, "page": 1}
    plan = only(
        ACCOUNTS,
        lambda v, q, n: Answer(
            {
                "data": [overlap(1)],
                "pagination": paging | {"next_href": elsewhere.format(url=v.url)},
            }
        ),
    )
    done, server = fetch(tmp_path, plan)
    assert "not followed" in done["overlaps/accounts"].fault
    assert len(kept(tmp_path)) == 1
    assert server.paths.count(ACCOUNTS) == 1
    assert done["overlaps/leads"].fault is None


def test_it_waits_as_long_as_the_vendor_asks(tmp_path):
    def answer(vendor, query, before):
        if before == 0:
            return Answer({}, 429, {"Retry-After": "7"})
        return Answer({}, 500) if before == 1 else Answer({"data": [overlap(1)]})

    waits = []
    done, _ = fetch(tmp_path, only(ACCOUNTS, answer), waits=waits)
    assert (done["overlaps/accounts"].fault, waits) == (None, [7.0, 2.0])


def test_a_wait_too_long_and_trouble_without_end_are_told(tmp_path):
    waits = []
    plan = only(ACCOUNTS, lambda *_: Answer({}, 429, {"Retry-After": "86400"}))
    done, _ = fetch(tmp_path, plan, waits=waits)
    assert "86400 seconds" in done["overlaps/accounts"].fault
    assert waits == []
    done, server = fetch(tmp_path, only(ACCOUNTS, lambda *_: Answer({}, 503)))
    assert "after 5 attempts: status 503" in done["overlaps/accounts"].fault
    assert server.paths.count(ACCOUNTS) == 5
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    "broken",
    [
        Answer(b'{"data": [{"a"'),
        Answer(b'{"data": []}', length=500),
        Answer(b""),
    ],
)
def test_a_page_cut_short_is_asked_for_again_and_never_written(tmp_path, broken):
    plan = only(ACCOUNTS, lambda v, q, n: broken if n < 2 else Answer({"data": [overlap(1)]}))
    done, _ = fetch(tmp_path, plan)
    assert done["overlaps/accounts"].fault is None
    assert [json.loads(body)["data"] for body in kept(tmp_path)] == [[overlap(1)]]


def test_a_cursor_that_comes_round_again_ends_the_walk(tmp_path):
    paging = {"has_more": True, "next_cursor": "same"}
    plan = only(ACCOUNTS, lambda *_: Answer({"data": [overlap(1)], "pagination": paging}))
    done, _ = fetch(tmp_path, plan)
    assert "came before" in done["overlaps/accounts"].fault


def test_cursors_without_end_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setitem(vendors()["patience"], "pages", 4)
    plan = only(
        ACCOUNTS,
        lambda v, q, n: Answer(
            {"data": [], "pagination": {"has_more": True, "next_cursor": q.get("cursor", "") + "x"}}
        ),
    )
    done, _ = fetch(tmp_path, plan)
    assert "no end" in done["overlaps/accounts"].fault
    assert len(kept(tmp_path)) == 4


def test_a_redirect_is_not_followed_and_no_secret_is_told(tmp_path):
    plan = only(ACCOUNTS, lambda *_: Answer({}, 302, {"Location": "http://127.0.0.1:9/"}))
    done, _ = fetch(tmp_path, plan)
    assert "redirects" in done["overlaps/accounts"].fault
    done, _ = fetch(tmp_path, lambda *_: NOTHING, CROSSBEAM_CLIENT_SECRET="wr0ng")
    assert all("answers 403" in pulled.fault for pulled in done.values())
    assert "wr0ng" not in str(done)


def test_credentials_go_over_https_only(tmp_path):
    with pytest.raises(PullFailed, match="https only"):
        fetch(tmp_path, lambda *_: NOTHING, CROSSBEAM_URL="http://api.example.com")


def test_a_token_that_is_refused_is_asked_for_again(tmp_path):
    def plan(vendor, path, query, before):
        old = vendor.headers[-1]["Authorization"] == "Bearer token-1"
        return Answer({}, 401) if path == ACCOUNTS and old else NOTHING

    done, server = fetch(tmp_path, plan)
    assert done["overlaps/accounts"].fault is None
    assert server.tokens == 2


def test_a_bookmark_goes_to_overlaps_only(tmp_path):
    _, server = fetch(tmp_path, lambda *_: NOTHING, CROSSBEAM_BOOKMARK="plumbline")
    marked = {path for path, query in server.requests if query == {"bookmark": "plumbline"}}
    assert marked == {"/v1/overlaps/accounts", "/v1/overlaps/leads"}


def test_pages_land_like_any_delivery_and_twice_is_a_duplicate(zone):
    event = {"data": [{"event_id": "e1", "signal_id": "s1"}], "pagination": {"has_more": False}}
    plan = only("/v1/signals/accounts", lambda *_: Answer(event))
    zone.put("crm/accounts.csv", "account_id,name\nA1,Acme\n")
    before = (zone.root / "_received.csv").read_bytes()
    for _ in range(2):
        fetch(zone.root, plan)
    zone.land()
    assert (zone.root / "_received.csv").read_bytes() == before
    statuses = [zone.counts(f"account_mapping/crossbeam/signals_accounts-{n}.json") for n in (1, 2)]
    assert sorted(statuses) == [("accepted", 1, 1, 0, 0), ("duplicate", 1, 0, 0, 1)]
    assert zone.rows("select endpoint from landing.crossbeam_records") == [("signals/accounts",)]


def test_installations_are_fetched_company_by_company(zone):
    def plan(vendor, path, query, before):
        first = (int(query["page"]) - 1) * 100
        count = 100 if first == 0 else 2
        return Answer(
            [
                {
                    "id": first + i,
                    "app_uid": "app",
                    "status": "installed",
                    "installed_at": "2025-01-01T00:00:00Z",
                }
                for i in range(count)
            ]
        )

    done, server = fetch(zone.root, plan, "procore", PROCORE_COMPANIES="77,../x")
    assert done["../x"].fault.endswith("not a company id")
    assert done["installations/77"].files == ("page-1.json", "page-2.json")
    assert {h["Procore-Company-Id"] for h in server.headers} == {"77"}
    zone.land()
    assert zone.rows("select company_id, count(*) from landing.installations group by 1") == [
        ("77", 102)
    ]


def test_without_credentials_it_says_what_is_missing():
    assert missing("crossbeam", {"CROSSBEAM_CLIENT_ID": "x", "CROSSBEAM_CLIENT_SECRET": " "}) == [
        "CROSSBEAM_CLIENT_SECRET",
        "CROSSBEAM_ORGANIZATION",
    ]


def test_a_date_to_wait_for_is_counted_from_the_answer():
    headers = {"Date": "Wed, 21 Oct 2015 07:28:00 GMT"}
    assert retry_after(headers | {"Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT"}) == 30
    assert retry_after(headers | {"Retry-After": "soon"}) is None
    assert retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT"}) is None
