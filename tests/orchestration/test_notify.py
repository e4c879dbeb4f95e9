"""Sending the digest: mail to a local server, JSON to a local sink, each thing once per stage.

Belongs here: real sending on this machine. Does not: which actions or changes there are.
"""

from __future__ import annotations

import contextlib
import socket
from datetime import date, datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from orchestration.config import BadConfig
from orchestration.notify import Destination, destinations, notify
from orchestration.notify.send import BadDestination
from orchestration.notify.sent import SentList
from scoring.actions.table import write_actions
from scoring.changes.table import write_changes
from scoring.digest import digest, news
from scoring.run import write_decisions
from tests.orchestration.sink import http_sink
from tests.scoring.hand_warehouse import enrol, put, warehouse

DAY = date(2025, 3, 12)


@pytest.fixture
def con():
    built = warehouse()
    built.execute("update run.parameters set as_of = $1", [DAY])
    enrol(built, "p", "reseller", date(2025, 2, 10), "Partner <!channel>")
    for number, day in ((1, 3), (2, 11)):
        registration = {
            "registration_id": f"g{number}",
            "partner_id": "p",
            "customer_name": "Customer",
            "submitted_at": datetime(2025, 3, day, 20),
        }
        put(built, "staging.stg_deal_registration__registrations", registration)
    write_decisions(built)
    write_changes(built)
    write_actions(built)
    yield built
    built.close()


class Box:
    """An SMTP handler that keeps what comes, or refuses it."""

    def __init__(self) -> None:
        self.mails: list = []
        self.refuse = False
        self.unknown: set[str] = set()
        self.url = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.unknown:
            return "550 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return "451 try again later"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox():
    box = Box()
    # The controller calls its own port to see that it is up, so the port has to be known before.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        box.url = f"mailto://127.0.0.1:{port}?from=plumbline@vendor.example&to=cm@vendor.example"
        yield box
    finally:
        controller.stop()


@pytest.fixture
def sink():
    with http_sink() as receiver:
        yield receiver


def text_of(mail) -> str:
    """A mail's words, however its lines were folded."""
    return " ".join(mail.get_body(("plain", "html")).get_content().split())


def test_a_mail_says_what_is_to_do_and_a_repeat_says_nothing(con, mailbox, tmp_path):
    place = Destination(mailbox.url, None)
    (outcome,) = notify(news(con), [place], tmp_path)
    assert (outcome.messages, outcome.announced, outcome.fault) == (1, 2, None)
    (mail,) = mailbox.mails
    assert mail["subject"] == "Plumbline: 1 thing to do (1 overdue), 1 later"
    assert "plumbline explain p --year 2025 --deal g1" in text_of(mail)
    (again,) = notify(news(con), [place], tmp_path)
    assert (again.messages, again.fault, len(mailbox.mails)) == (0, None, 1)


def test_a_thing_is_told_again_when_its_stage_changes(con, mailbox, tmp_path):
    place = Destination(mailbox.url, None)
    notify(news(con), [place], tmp_path)
    con.execute("update run.parameters set as_of = date '2025-03-19'")
    write_actions(con)
    (outcome,) = notify(news(con), [place], tmp_path)
    # The second registration was open and is overdue; the first was overdue before.
    assert outcome.announced == 1
    assert "--deal g2" in text_of(mailbox.mails[-1])
    assert "--deal g1" not in text_of(mailbox.mails[-1])


def test_a_failed_send_is_a_fault_and_is_tried_again(con, mailbox, tmp_path):
    place = Destination(mailbox.url, None)
    mailbox.refuse = True
    (outcome,) = notify(news(con), [place], tmp_path)
    assert outcome.messages == 0
    assert outcome.fault
    mailbox.refuse = False
    (outcome,) = notify(news(con), [place], tmp_path)
    assert (outcome.messages, outcome.fault, len(mailbox.mails)) == (1, None, 1)


def test_who_got_it_is_not_sent_it_again_because_another_was_refused(con, mailbox, tmp_path):
    mailbox.unknown = {"gone@vendor.example"}
    place = Destination(f"{mailbox.url},gone@vendor.example,am@vendor.example", None)
    outcomes = notify(news(con), [place], tmp_path)
    assert [outcome.messages for outcome in outcomes] == [1, 0, 1]
    assert "gone@vendor.example" in (outcomes[1].fault or "")
    assert len(mailbox.mails) == 2
    outcomes = notify(news(con), [place], tmp_path)
    assert [bool(outcome.fault) for outcome in outcomes] == [False, True, False]
    assert len(mailbox.mails) == 2
    mailbox.unknown = set()
    assert not any(outcome.fault for outcome in notify(news(con), [place], tmp_path))
    assert [mail["to"] for mail in mailbox.mails][2:] == ["gone@vendor.example"]


def test_what_was_sent_to_all_of_an_address_before_is_not_sent_again(con, mailbox, tmp_path):
    place = Destination(f"{mailbox.url},am@vendor.example", None)
    keys = [key for message in digest(news(con), None, set()) for key in message.keys]
    SentList(tmp_path).add(place.key, keys, DAY.isoformat())
    assert [outcome.messages for outcome in notify(news(con), [place], tmp_path)] == [0, 0]
    assert mailbox.mails == []


def test_an_address_that_has_moved_has_taken_nothing(con, tmp_path):
    """A webhook behind a sign-in answers with a redirect to a page, which says 200."""
    with http_sink(moved=True) as (url, received):
        (outcome,) = notify(news(con), [Destination(url, None)], tmp_path)
        assert outcome.messages == 0 and "302" in (outcome.fault or "")
        assert received == []


def test_one_that_is_down_does_not_keep_the_others_waiting(con, sink, tmp_path):
    url, received = sink
    places = [Destination("json://127.0.0.1:9/none", None), Destination(url, None)]
    down, up = notify(news(con), places, tmp_path)
    assert down.fault and not up.fault
    assert len(received) == 1
    assert received[0]["title"] == "Plumbline: 1 thing to do (1 overdue), 1 later"
    assert "--deal g1" in received[0]["message"]


def test_each_owner_is_told_of_their_own(con, sink, tmp_path):
    url, received = sink
    lines = news(con)
    assert digest(lines, "nobody") == []
    mine, other = notify(
        lines, [Destination(url, "channel_manager"), Destination(url, "nobody")], tmp_path
    )
    assert (mine.announced, other.messages) == (2, 0)
    # The digest for everybody at the same address is a different one.
    (everybody,) = notify(lines, [Destination(url, None)], tmp_path)
    assert everybody.announced == 2
    assert len(received) == 2


def test_no_secret_is_written_or_said(con, tmp_path):
    place = Destination("json://me:hush@127.0.0.1:9/none", None)
    (outcome,) = notify(news(con), [place], tmp_path)
    assert outcome.fault
    assert "hush" not in str(outcome)


def test_a_line_cut_off_while_writing_loses_only_itself(con, sink, tmp_path):
    url, received = sink
    place = Destination(url, None)
    notify(news(con), [place], tmp_path)
    path = tmp_path / "notified.jsonl"
    assert "127.0.0.1" not in path.read_text()
    path.write_text(path.read_text()[:-10])
    (outcome,) = notify(news(con), [place], tmp_path)
    assert (outcome.announced, len(received)) == (1, 2)
    (outcome,) = notify(news(con), [place], tmp_path)
    assert outcome.messages == 0


def test_a_long_digest_is_parted_and_loses_nothing(con, monkeypatch):
    monkeypatch.setattr("scoring.digest.message.MOST_CHARACTERS", 300)
    messages = digest(news(con), None)
    assert [m.title[-8:] for m in messages] == ["(1 of 2)", "(2 of 2)"]
    assert len({key for message in messages for key in message.keys}) == 2


def test_destinations_of_the_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    monkeypatch.setenv("PLUMBLINE_CONFIG", "")
    monkeypatch.setenv("HOOK", "s3cret")
    with pytest.raises(BadConfig, match="there is no destination: name one with --to"):
        destinations((), None)
    (tmp_path / "plumbline.yaml").write_text(
        "destinations:\n  everybody: 'json://host/${HOOK}'\n  ann: [json://a, json://b]\n"
    )
    hers = [Destination("json://a", "ann"), Destination("json://b", "ann")]
    assert destinations((), None) == [Destination("json://host/s3cret", None), *hers]
    assert destinations((), "ann") == hers
    assert destinations(["json://c"], "ann") == [Destination("json://c", "ann")]
    with pytest.raises(BadConfig, match="for bo"):
        destinations((), "bo")


def test_an_address_that_is_none_is_said_before_anything_is_sent(con, sink, tmp_path):
    url, received = sink
    with contextlib.suppress(BadDestination):
        notify(news(con), [Destination(url, None), Destination("nothing://x", None)], tmp_path)
    assert received == []
    with pytest.raises(BadDestination, match="nothing: Apprise reads no such address"):
        notify(news(con), [Destination("nothing://x", None)], tmp_path)
