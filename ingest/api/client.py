"""One vendor's API: tokens, one request at a time, and waiting with a limit.

Belongs here: authorization, 429, retries, refusing other hosts and redirects. Does not: how
long a pull may take and what the vendor's counters allow (budget.py), which pages to ask for
(walk.py), or writing them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import tenacity

from ingest.api.budget import Budget, PullEnded, PullFailed, Transport
from ingest.api.refusals import EXHAUSTED, NotLetIn, Rejected, vendor_message
from ingest.formats.json_page import canonical, parse
from ingest.formats.limits import limits
from ingest.judging.table import Refused
from ingest.packaged import packaged_yaml

VENDORS = Path(__file__).with_name("vendors.yaml")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MANY, UNAUTHORISED = 429, 401


class _Again(Exception):
    """Worth trying again; `wait` is what the vendor asked for, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@cache
def vendors() -> Mapping[str, Any]:
    """`vendors.yaml`."""
    return packaged_yaml(VENDORS)


@dataclass(frozen=True)
class Credentials:
    """OAuth 2.0 client credentials, or a `token` that the vendor issued permanently. They appear in
    no message and no file."""

    client_id: str
    client_secret: str = field(repr=False)
    token_url: str = ""
    audience: str | None = None
    token: str | None = field(default=None, repr=False)


class Client:
    """Sends requests to one base URL, with one token for the whole pull.

    `headers` may be changed between requests (one company after the other). `sleep` waits; tests
    give one that only counts.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        headers: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        for url in (base_url, *([] if credentials.token else [credentials.token_url])):
            _require_safe(url)
        self.base_url = base_url.rstrip("/")
        self.credentials, self.headers = credentials, dict(headers or {})
        self.patience = vendors()["patience"]
        self.budget = Budget(self.patience, sleep)
        # Redirects are refused: they would carry the token to another place.
        self.http = httpx.Client(
            timeout=self.patience["timeout_seconds"],
            follow_redirects=False,
            transport=Transport(self.budget),
        )
        self.retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((_Again, httpx.TransportError)),
            stop=tenacity.stop_after_attempt(self.patience["attempts"]),
            wait=self._wait,
            reraise=True,
            sleep=lambda seconds: self.budget.wait(_shown(self.base_url), seconds),
        )
        self.token = credentials.token
        self.answered: Mapping[str, str] = {}

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _Again) and error.wait is not None:
            return error.wait
        longest = self.patience["longest_wait_seconds"]
        return min(longest, self.patience["first_wait_seconds"] * 2 ** (state.attempt_number - 1))

    def get(self, url: str) -> tuple[bytes, Any]:
        """The body of a page as received, and the JSON document that it is.

        PullFailed when the vendor refuses, or still gives no whole JSON after the last attempt.
        """
        return self.ask("GET", url)

    def ask(
        self, method: str, url: str, document: Any = None, good: Collection[int] = (httpx.codes.OK,)
    ) -> tuple[bytes, Any]:
        """The same for any method, with a JSON document sent along; `good` are the statuses whose
        body is the answer. The request may be sent several times.

        Rejected when the vendor says that the request is wrong; PullFailed as `get` says.
        """
        try:
            return self.retrying(self._page, method, url, document, good)
        except (_Again, httpx.HTTPError) as error:
            message = f"after {self.patience['attempts']} attempts: {error}"
            raise PullFailed(f"{_shown(url)}: {message}; run the pull again later") from None

    def raw(
        self, method: str, url: str, document: Any = None, *, signed: bool = False, most: int = 0
    ) -> tuple[bytes, Mapping[str, str]]:
        """A body of any kind with its headers. `signed`: the address is itself the permission, and
        no token goes along; `most` bytes, that of a page without it. PullFailed as `get` says."""
        if signed:
            _require_safe(url)

        def once() -> bytes:
            headers = {} if signed else {**self.headers, "Authorization": self._bearer()}
            return self._answer(method, url, headers, document=document, most=most)

        try:
            return self.retrying(once), self.answered
        except (_Again, httpx.HTTPError) as error:
            message = f"after {self.patience['attempts']} attempts: {error}"
            raise PullFailed(f"{_shown(url)}: {message}; run the pull again later") from None

    def _page(
        self, method: str, url: str, document: Any, good: Collection[int]
    ) -> tuple[bytes, Any]:
        headers = {**self.headers, "Authorization": self._bearer()}
        body = self._answer(method, url, headers, document=document, good=good)
        try:
            return body, parse(body)
        except Refused as refused:
            raise _Again(refused.message) from None

    def _bearer(self) -> str:
        if self.token is None:
            own = self.credentials
            form = {
                "grant_type": "client_credentials",
                "client_id": own.client_id,
                "client_secret": own.client_secret,
            }
            form |= {"audience": own.audience} if own.audience else {}
            try:
                document = parse(self._answer("POST", own.token_url, {}, form))
            except Refused as refused:
                raise _Again(f"the token is not JSON: {refused.message}") from None
            token = document.get("access_token") if isinstance(document, dict) else None
            if not isinstance(token, str) or not token.isprintable() or not token.isascii():
                message = "gave no access_token; are the client's id and secret of this vendor?"
                raise PullFailed(f"{_shown(own.token_url)} {message}")
            self.token = token
        return f"Bearer {self.token}"

    def _answer(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        form: Any = None,
        document: Any = None,
        good: Collection[int] = (httpx.codes.OK,),
        most: int = 0,
    ) -> bytes:
        """A good body, bounded in size; a refusal is final, trouble is worth asking again."""
        most = most or limits("json")["bytes"]
        self.budget.begin_request(_shown(url))
        body = bytearray()
        try:
            sent = dict(headers)
            content = None
            if document is not None:  # numbers go out by their digits
                content, sent["Content-Type"] = canonical(document).encode(), "application/json"
            stream = self.http.stream(method, url, headers=sent, data=form, content=content)
            with stream as response:
                self._judge(response, url, good)
                self.answered = response.headers
                for part in response.iter_bytes():
                    body += part
                    if len(body) > most:
                        message = f"a page of over {most} bytes; ask for fewer"
                        raise PullFailed(f"{_shown(url)}: {message}")
        except httpx.TimeoutException:
            if self.budget.request_left <= 0:
                # A server that sends its answer in drips would only do so again.
                message = f"no whole answer within {self.patience['timeout_seconds']} seconds"
                raise PullFailed(f"{_shown(url)}: {message}; run the pull again later") from None
            raise
        return bytes(body)

    def _judge(self, response: httpx.Response, url: str, good: Collection[int]) -> None:
        status = response.status_code
        reset = self.budget.note(response.headers)
        if status in good:
            return
        words = vendor_message(response, (self.credentials.client_secret, self.token or ""))
        refused = status in (MANY, httpx.codes.FORBIDDEN)
        if refused and any(word in words.split(": ") for word in EXHAUSTED):
            message = "nothing more may be asked today; what came is kept, go on tomorrow"
            raise PullEnded(f"{_shown(url)}: {words}: {message}")
        if status == MANY or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            wait = retry_after(response.headers)
            if status == MANY and reset is not None:
                wait = reset  # formats.md: on 429 wait until the reset
            if wait is not None and wait > self.patience["longest_wait_seconds"]:
                self.budget.end(_shown(url), wait)
            raise _Again(f"status {status}", wait)
        own = self.credentials
        if status == UNAUTHORISED and self.token and not own.token and url != own.token_url:
            # A token lasts 24 hours; a run that takes longer requests another.
            self.token = None
            raise _Again("status 401, the token is refused", 0)
        if response.is_redirect:
            raise PullFailed(f"{_shown(url)} redirects elsewhere, which is not followed")
        message = f"answers {status}{f' ({words})' if words else ''}"
        if status in (UNAUTHORISED, httpx.codes.FORBIDDEN) or url == own.token_url:
            raise NotLetIn(f"{_shown(url)} {message}; check credentials and organization")
        raise Rejected(
            f"{_shown(url)} {message}; check credentials and organization", status, words
        )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by Retry-After, a number or a date counted from the answer's own Date."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        until = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, until.total_seconds())


def _require_safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise PullFailed(f"{_shown(url)}: credentials are sent over https only")


def _shown(url: str) -> str:
    """A URL without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
