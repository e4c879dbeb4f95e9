"""The guard of Dagster's UI: calls that may pass, and calls that may not."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from orchestration.defs.resources import Program
from orchestration.periods import BadRequest
from orchestration.ui.guard import COOKIE, Door, guarded
from orchestration.ui.serving import TOKEN, address_of

OWN = "http://127.0.0.1:3000"
WORD = "a-token-that-nobody-guesses"
BEARER = {"authorization": f"Bearer {WORD}"}
COOKIES = {"cookie": f"other=1; {COOKIE}={WORD}"}
FROM_OWN = {"origin": OWN}
ELSEWHERE = {"origin": "http://127.0.0.1:8000"}


async def _socket(socket):
    await socket.accept()
    await socket.send_text("in")
    await socket.close()


@pytest.fixture
def client() -> TestClient:
    async def page(request):
        return PlainTextResponse(f"{request.method} {request.url.path}?{request.url.query}")

    inner = Starlette(
        routes=[
            WebSocketRoute("/graphql", _socket),
            Route("/{path:path}", page, methods=["GET", "HEAD", "POST", "PUT", "DELETE"]),
        ]
    )
    app = guarded(inner, Door(frozenset([OWN]), WORD))
    return TestClient(app, base_url=OWN, follow_redirects=False)


# Method, path, headers, and whether the call passes.
CALLS = [
    ("GET", "/runs", {}, False),
    ("GET", "/runs", {"authorization": "Bearer other"}, False),
    ("GET", "/runs", {"cookie": f"{COOKIE}=other"}, False),
    ("GET", "/runs", COOKIES, True),
    ("GET", "/runs", BEARER, True),
    ("POST", "/graphql", COOKIES | FROM_OWN, True),
    ("POST", "/graphql", BEARER, True),
    ("POST", "/graphql", BEARER | FROM_OWN, True),
    # A page elsewhere, even on another port of this machine, or a page without a name.
    ("POST", "/graphql", COOKIES | ELSEWHERE, False),
    ("POST", "/graphql", COOKIES | {"origin": "https://example.com"}, False),
    ("POST", "/graphql", COOKIES | {"origin": "null"}, False),
    ("POST", "/graphql", COOKIES | {"origin": OWN.replace("3000", "30001")}, False),
    ("POST", "/graphql", BEARER | ELSEWHERE, False),
    ("POST", "/graphql", BEARER | {"sec-fetch-site": "cross-site"}, False),
    # The cookie alone is no proof of where a call comes from.
    ("POST", "/graphql", COOKIES, False),
    ("POST", "/graphql", FROM_OWN, False),
    # A query in the address changes things as well.
    ("GET", "/graphql", COOKIES, False),
    ("GET", "/graphql/", COOKIES, False),
    ("GET", "/graphql", BEARER, True),
    ("DELETE", "/runs", COOKIES, False),
    # A foreign name that leads to this machine.
    ("GET", "/runs", COOKIES | {"host": "plumbline.example.com"}, False),
    ("GET", "/runs", COOKIES | {"host": "127.0.0.1:3000.example.com"}, False),
]


@pytest.mark.parametrize(("method", "path", "headers", "passes"), CALLS)
def test_who_may_call(client, method, path, headers, passes):
    answer = client.request(method, path, headers=headers)
    if passes:
        assert answer.text.startswith(f"{method} {path}")
    else:
        assert answer.status_code == 403 and answer.text.startswith("Refused: ")
        assert WORD not in answer.text


def test_the_printed_address_gives_a_cookie_and_loses_the_token(client):
    answer = client.get(f"/runs?view=all&token={WORD}")
    assert answer.status_code == 303 and answer.headers["location"] == "/runs?view=all"
    cookie = answer.headers["set-cookie"]
    assert f"{COOKIE}={WORD};" in cookie and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    client.cookies.clear()
    assert client.get("/?token=other").status_code == 403
    assert client.get(f"{OWN}//example.com/?token={WORD}").headers["location"] == "/example.com/"
    client.cookies.clear()
    # A change is never made by an address alone.
    assert client.post(f"/graphql?token={WORD}", headers=FROM_OWN).status_code == 403


@pytest.mark.parametrize(
    ("headers", "passes"),
    [(COOKIES | FROM_OWN, True), (COOKIES | ELSEWHERE, False), (COOKIES, False), (FROM_OWN, False)],
)
def test_who_may_listen(client, headers, passes):
    def listen() -> str:
        with client.websocket_connect(f"{OWN.replace('http', 'ws')}/graphql", headers=headers) as s:
            return s.receive_text()

    if passes:
        assert listen() == "in"
    else:
        with pytest.raises(WebSocketDisconnect):
            listen()


def test_the_address_carries_a_drawn_token_or_that_of_a_proxy(monkeypatch):
    monkeypatch.delenv(TOKEN, raising=False)
    one, two = address_of(3000, [])[0], address_of(3000, [])[0]
    assert one.startswith(f"{OWN}/?token=") and one != two
    monkeypatch.setenv(TOKEN, WORD)
    address, environment = address_of(3000, ["https://Plumbline.example.com/"])
    assert address == f"{OWN}/?token={WORD}"
    assert "https://plumbline.example.com" in environment["PLUMBLINE_UI_ORIGINS"].split()
    monkeypatch.setenv(TOKEN, "short")
    with pytest.raises(BadRequest, match="5 characters"):
        address_of(3000, [])
    monkeypatch.setenv(TOKEN, WORD)
    with pytest.raises(BadRequest, match="is not an origin"):
        address_of(3000, ["plumbline.example.com"])


def test_runs_of_the_ui_keep_to_its_places(tmp_path, monkeypatch):
    import dagster as dg

    from orchestration.settings import PINNED_VARIABLE, VARIABLES, locations

    for name in VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    elsewhere = Program(warehouse=str(tmp_path / "other.duckdb"))
    assert elsewhere.configured.warehouse.name == "other.duckdb"
    monkeypatch.setenv(PINNED_VARIABLE, "1")
    assert Program().configured == locations()
    assert Program(site=str(tmp_path / "site")).configured == locations()
    with pytest.raises(dg.Failure, match="this UI runs on"):
        assert elsewhere.configured
