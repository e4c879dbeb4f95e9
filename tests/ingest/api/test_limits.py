"""The vendor's limits and a pull's own time: paced by the counters, ended where it must be."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import duckdb
import pytest

from ingest.api import client as clients
from ingest.api.client import vendors
from orchestration import settings
from orchestration.pulling import pulled, pulled_ahead
from orchestration.warehouse import WarehouseBusy, write_lock
from tests.ingest.api.test_pull import fetch, kept
from tests.ingest.api.vendor import Answer, serving

COMPANIES = ",".join(f"C{number:02}" for number in range(60))
PATH = vendors()["procore"]["path"]


def limits(remaining, after):
    """Counters of an answer, `after` seconds before its reset."""
    return {
        "X-Rate-Limit-Limit": "100",
        "X-Rate-Limit-Remaining": str(remaining),
        "X-Rate-Limit-Reset": str(int(time.time()) + after),
    }


class Window:
    """A vendor that allows so many requests a window; `slept` opens the next one."""

    def __init__(self, most, after):
        self.most, self.after = most, after
        self.used = self.over = self.served = 0
        self.waits = []

    def slept(self, seconds):
        self.waits.append(seconds)
        self.used = 0

    def plan(self, vendor, path, query, before):
        self.used += 1
        if self.used > self.most:
            self.over += 1
            return Answer({}, 429, limits(0, self.after))
        self.served += 1
        return Answer([], 200, limits(self.most - self.used, self.after))


def procore(tmp_path, window, companies=COMPANIES):
    with serving(window.plan) as server:
        environment = {
            "PROCORE_CLIENT_ID": "id",
            "PROCORE_CLIENT_SECRET": "s3cret",
            "PROCORE_URL": server.url,
            "PROCORE_TOKEN_URL": server.url + "/oauth/token",
            "PROCORE_COMPANIES": companies,
        }
        from ingest.api.pull import pull

        done = pull("procore", tmp_path, environment, window.slept)
    return done, server


def test_sixty_companies_are_asked_within_the_window_and_with_one_token(tmp_path):
    window = Window(most=20, after=9)
    done, server = procore(tmp_path, window)
    assert [p.fault for p in done] == [None] * 60
    assert (window.over, window.served, server.tokens) == (0, 60, 1)
    assert window.waits == [pytest.approx(9, abs=1.5)] * 2
    companies = [headers["Procore-Company-Id"] for headers in server.headers]
    assert companies == COMPANIES.split(",")


def test_over_the_limit_for_long_ends_the_pull_and_says_when_to_go_on(tmp_path):
    window = Window(most=10, after=3000)
    done, _ = procore(tmp_path, window)
    assert (window.over, window.served, window.waits) == (0, 10, [])
    *good, last, rest = done
    assert [p.fault for p in good] == [None] * 10
    assert re.search(r"asks to wait (2999|300[01]) seconds, until 20", last.fault)
    assert rest.fault.startswith("49 not asked (C11, C12, ")
    assert "pull again then" in rest.fault


def test_a_429_waits_for_the_reset_rather_than_for_a_guess(tmp_path):
    window = Window(most=0, after=7)
    window.slept = lambda seconds: (window.waits.append(seconds), setattr(window, "most", 99))
    done, _ = procore(tmp_path, window, "C1")
    assert (done[0].fault, window.waits) == (None, [pytest.approx(7, abs=1.5)])


def test_counters_that_say_nothing_slow_nothing_down(tmp_path):
    headers = {"X-Rate-Limit-Remaining": "many", "X-Rate-Limit-Reset": "soon"}
    waits = []
    done, _ = fetch(tmp_path, lambda *_: Answer([], 200, headers), "procore", waits)
    assert (done["installations/77"].fault, waits) == (None, [])


class Drip(BaseHTTPRequestHandler):
    """A byte at a time, of the head or of the body, and never an end."""

    where = "body"

    def log_message(self, *_):
        return

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        data = json.dumps({"access_token": "t"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nX-Slow: "
        try:
            self.wfile.write(head if self.where == "head" else head + b"no\r\n\r\n")
            while True:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return


@pytest.fixture
def dripping(monkeypatch):
    """A server that drips, and patience of a second."""
    impatient = {**vendors(), "patience": {**vendors()["patience"], "timeout_seconds": 0.6}}
    impatient["patience"]["pull_seconds"] = 1.5
    monkeypatch.setattr(clients, "vendors", lambda: impatient)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    for name, value in (
        ("CLIENT_ID", "id"),
        ("CLIENT_SECRET", "s3cret"),
        ("COMPANIES", COMPANIES),
        ("URL", f"http://127.0.0.1:{server.server_port}"),
        ("TOKEN_URL", f"http://127.0.0.1:{server.server_port}/oauth/token"),
    ):
        monkeypatch.setenv(f"PROCORE_{name}", value)
    monkeypatch.delenv("CROSSBEAM_CLIENT_ID", raising=False)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_drip_holds_neither_the_pull_nor_the_writers_lock(tmp_path, dripping, monkeypatch, where):
    monkeypatch.setattr(Drip, "where", where)
    (tmp_path / "landing").mkdir()
    places = settings.locations(tmp_path / "landing", tmp_path / "w.duckdb", tmp_path / "site")
    locked = threading.Event()

    def lock_meanwhile():
        time.sleep(0.3)
        with write_lock(places, "another"):
            locked.set()

    other = threading.Thread(target=lock_meanwhile)
    other.start()
    started = time.monotonic()
    with pulled_ahead(places, "a run"):
        assert time.monotonic() - started < 4
        other.join()
        assert locked.is_set()
        done = pulled("procore", places.landing)
        assert "no whole answer within" in done[0].fault
        assert "not asked" in done[-1].fault and len(done) < 6
        assert kept(tmp_path, "landing/app_usage/installations/*/*.json") == []


def test_a_busy_warehouse_is_told_before_anybody_is_asked(tmp_path, dripping):
    places = settings.locations(tmp_path / "landing", tmp_path / "w.duckdb", tmp_path / "site")
    duckdb.connect(str(places.warehouse)).close()
    held, done = threading.Event(), threading.Event()

    def hold():
        with write_lock(places, "another"):
            held.set()
            done.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    try:
        with pytest.raises(WarehouseBusy), pulled_ahead(places, "a run"):
            pass
    finally:
        done.set()
        other.join()
