"""The guard of Dagster's UI: lets through requests with the token, from the UI's own page.

Belongs here: the check of one request, as an ASGI application around another. Does not: serving.

Dagster's webserver has no sign-in, and accepts a change from any page that a browser on this
machine has open. Each request must therefore name this server as its host (another name that leads
here is another site), must carry the token that was printed with the address (which other users of
the machine do not have), and, where it could change anything, must come from its own page.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE, PARAMETER = "plumbline_ui", "token"
# The methods of links and address bars; everything else could change something.
READING = {"GET", "HEAD"}
# Dagster also runs a query given in the address, even one that changes something.
QUERIES = "/graphql"
REFUSED_SOCKET = 4403


@dataclass(frozen=True)
class Door:
    """What a call must show: one of the `origins` (`http://127.0.0.1:3000`) and the token."""

    origins: frozenset[str]
    token: str

    def refusal(self, scope: Scope) -> str | None:
        """Why a call may not pass, or None."""
        headers = _headers(scope)
        host = headers.get("host", "")
        if not any(host == origin.split("://", 1)[1] for origin in self.origins):
            return f"{host or 'no host'} is not a name of this server; use the address it printed"
        if not (self._bears(headers) or self._has_cookie(headers) or self.asks_to_enter(scope)):
            return "open the address that `plumbline ui` printed: it carries the token"
        if not _only_reads(scope) and not self._from_own_page(headers):
            return "a change must come from this server's own page"
        return None

    def asks_to_enter(self, scope: Scope) -> bool:
        """Whether the call is the printed address itself, with the right token."""
        if scope["type"] != "http" or scope["method"] not in READING:
            return False
        return self._is_token(dict(_query(scope)).get(PARAMETER, ""))

    def _bears(self, headers: dict[str, str]) -> bool:
        kind, _, token = headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and self._is_token(token.strip())

    def _has_cookie(self, headers: dict[str, str]) -> bool:
        jar = SimpleCookie()
        try:
            jar.load(headers.get("cookie", ""))
        except CookieError:
            return False
        return COOKIE in jar and self._is_token(jar[COOKIE].value)

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self.token.encode())

    def _from_own_page(self, headers: dict[str, str]) -> bool:
        """Whether the call comes from the UI's own page: a browser names the page; a program that
        has the token need not."""
        origin = headers.get("origin")
        if origin is not None:
            return origin in self.origins
        return self._bears(headers) and headers.get("sec-fetch-site") in (None, "same-origin")


def guarded(app: App, door: Door) -> App:
    """The application behind the door."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        why = door.refusal(scope)
        if why is not None:
            await _refuse(scope, receive, send, why)
        elif door.asks_to_enter(scope):
            await _enter(scope, send, door.token)
        else:
            await app(scope, receive, send)

    return call


def _headers(scope: Scope) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _only_reads(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in READING:
        return False
    return not scope["path"].rstrip("/").endswith(QUERIES)


async def _enter(scope: Scope, send: Send, token: str) -> None:
    """Give the browser the token as a cookie, and the address without it."""
    left = urlencode([(name, value) for name, value in _query(scope) if name != PARAMETER])
    place = scope["path"] + (f"?{left}" if left else "")
    # `//elsewhere/` would be another server's address.
    place = "/" + place.lstrip("/")
    cookie = f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/"
    headers = [
        (b"location", place.encode("latin-1")),
        (b"set-cookie", cookie.encode("latin-1")),
        (b"cache-control", b"no-store"),
        (b"referrer-policy", b"no-referrer"),
    ]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": REFUSED_SOCKET, "reason": why[:120]})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": f"Refused: {why}.\n".encode()})
