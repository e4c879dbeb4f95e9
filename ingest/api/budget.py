"""What a pull may still spend: its own time, and the requests that the vendor allows.

Belongs here: the deadline of a whole pull, pacing by the vendor's counters, connections that keep
to the deadline. Does not: sending requests (client.py), or any number (vendors.yaml).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NoReturn

import httpcore
import httpx

from ingest.api.allowances import pause, used_up

REMAINING, RESET = "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"


class PullFailed(RuntimeError):
    """The pull can't go on: the message says which endpoint, why, and what to do."""


class PullEnded(PullFailed):
    """No more requests to this vendor now, whatever the endpoint."""


class Budget:
    """One pull's time and the vendor's limit, for all requests and all companies together.

    `clock` counts seconds and `sleep` waits; tests replace both. After an answer that leaves no
    requests, the next one waits for the vendor's reset: requests sent while over the limit count
    against the app.
    """

    def __init__(
        self,
        patience: Mapping[str, float],
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.patience, self.clock = patience, clock
        self.sleep = sleep or time.sleep
        self.ends_at = clock() + patience["pull_seconds"]
        self.request_ends_at = self.ends_at
        self.free_at = clock()
        self.used_up: str | None = None

    def begin_request(self, url: str) -> None:
        """Wait until the vendor lets this pull ask again; PullEnded when that is too long."""
        if self.used_up:
            raise PullEnded(f"{url}: {self.used_up}; what came is kept, go on tomorrow")
        wait = self.free_at - self.clock()
        if wait > 0:
            self.wait(url, wait)
        if self.clock() >= self.ends_at:
            message = f"the pull took over {self.patience['pull_seconds']:.0f} seconds"
            raise PullEnded(f"{url}: {message}; what came is kept, pull again for the rest")
        self.request_ends_at = min(self.ends_at, self.clock() + self.patience["timeout_seconds"])

    def wait(self, url: str, seconds: float) -> None:
        """Wait that long, or end the pull (PullEnded) and say when to go on."""
        longest = min(self.patience["longest_wait_seconds"], self.ends_at - self.clock())
        if seconds > longest:
            self.end(url, seconds)
        self.sleep(seconds)
        self.free_at = min(self.free_at, self.clock())

    def end(self, url: str, seconds: float) -> NoReturn:
        """End the pull, because the vendor accepts no requests for that long: raises PullEnded."""
        until = datetime.fromtimestamp(time.time() + seconds, UTC)
        message = f"asks to wait {seconds:.0f} seconds, until {until:%Y-%m-%d %H:%M:%S} UTC"
        raise PullEnded(f"{url} {message}; what came is kept, pull again then")

    def note(self, headers: Mapping[str, str]) -> float | None:
        """Read an answer's counters; the seconds until the vendor's reset, None without one."""
        self.used_up = used_up(headers, self.patience["daily_share"])
        self.hold(pause(headers))
        reset = _number(headers.get(RESET))
        if reset is None:
            return None
        seconds = max(0.0, reset - server_time(headers))
        remaining = _number(headers.get(REMAINING))
        if remaining is not None and remaining <= 0:
            self.hold(seconds)
        return seconds

    def hold(self, seconds: float) -> None:
        """Make the next request wait that long, counted from now."""
        self.free_at = max(self.free_at, self.clock() + seconds)

    @property
    def request_left(self) -> float:
        """Seconds that the request under way may still take."""
        return self.request_ends_at - self.clock()


def server_time(headers: Mapping[str, str]) -> float:
    """The epoch second of an answer, by its own Date; by this machine's clock without one."""
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except (TypeError, ValueError):
        return time.time()


def _number(text: str | None) -> float | None:
    plain = (text or "").strip()
    return float(plain) if plain.isdecimal() and len(plain) < 15 else None


class _Stream(httpcore.NetworkStream):
    """A connection on which all reads and writes of a request together have one deadline."""

    def __init__(self, stream: httpcore.NetworkStream, budget: Budget) -> None:
        self.stream, self.budget = stream, budget

    def _timeout(self, timeout: float | None) -> float:
        left = self.budget.request_left
        if left <= 0:
            raise httpcore.ReadTimeout("the request has taken its time")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self._timeout(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self._timeout(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None) -> _Stream:
        stream = self.stream.start_tls(ssl_context, server_hostname, self._timeout(timeout))
        return _Stream(stream, self.budget)

    def get_extra_info(self, info: str):
        return self.stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Sockets as usual, each with the deadline of its request."""

    def __init__(self, budget: Budget) -> None:
        self.sockets, self.budget = httpcore.SyncBackend(), budget

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        left = max(0.001, self.budget.request_left)
        within = left if timeout is None else min(left, timeout)
        stream = self.sockets.connect_tcp(host, port, within, local_address, socket_options)
        return _Stream(stream, self.budget)

    def sleep(self, seconds: float) -> None:
        self.sockets.sleep(seconds)


class Transport(httpx.HTTPTransport):
    """httpx's own, over connections that keep a deadline.

    httpx's time-out is for each single read: a server that sends one byte per second never exceeds
    it. httpx accepts no network backend, so its pool is replaced by one with ours.
    """

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=_Backend(budget)
        )


def not_asked(names: Iterable[str], why: PullFailed) -> str:
    """One sentence about all the parts that an ended pull did not reach."""
    left = list(names)
    shown = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")
    return f"{len(left)} not asked ({shown}): {why}"
