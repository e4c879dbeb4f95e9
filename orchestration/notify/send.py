"""Sends the digest: each item once per destination and stage; what failed is tried again.

Belongs here: one call of `notify`. Does not: the words (scoring.digest), or options (cli/).
"""

from __future__ import annotations

import copy
import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.notify.destinations import Destination
from orchestration.notify.sent import SentList
from scoring.digest import Message, News, digest
from scoring.words import plural


class BadDestination(ValueError):
    """An address that no service understands; the message never contains a secret."""


@dataclass(frozen=True)
class Outcome:
    """The result for one recipient: messages sent, items reported, the fault that stopped it."""

    place: str
    owner: str | None
    messages: int
    announced: int
    fault: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "destination": self.place,
            "owner": self.owner,
            "messages": self.messages,
            "told": self.announced,
            "fault": self.fault,
        }


def notify(latest: News, places: Iterable[Destination], folder: Path) -> list[Outcome]:
    """Send what each destination has not had yet; `folder` holds the list of what was sent.

    A message counts as sent only when the service accepted it, so that a failed one is sent again
    by the next call. Each recipient of an address counts separately: nobody gets a message twice
    because it failed for another recipient. Raises BadDestination before anything is sent when an
    address is invalid.
    """
    recipients = [each for place in places for each in _recipients(place)]
    sent = SentList(folder)
    with sent.held():
        return [_send(latest, recipient, sent) for recipient in recipients]


def tell(
    lines: Mapping[str, str], noun: str, places: Iterable[Destination], folder: Path, day: date
) -> list[Outcome]:
    """Send each place that gets everybody's digest the lines that it has not had yet; `lines` is by
    key, and `noun` says what a line is about.

    What was accepted is recorded in `folder`, as by `notify`. Raises BadDestination likewise.
    """
    recipients = [each for place in _for_everybody(places) for each in _recipients(place)]
    sent = SentList(folder)
    outcomes = []
    with sent.held():
        for recipient in recipients:
            before = recipient.sent_before(sent)
            new = {key: line for key, line in lines.items() if key not in before}
            fault = None
            if new:
                title = f"Plumbline: {plural(len(new), noun)}"
                message = Message(title, "\n".join(new.values()), tuple(new))
                with sent.noting(recipient.key, new, day.isoformat()) as taken:
                    fault = _deliver(recipient.service, message)
                    if fault is None:
                        taken()
            announced = 0 if fault else len(new)
            outcomes.append(
                Outcome(recipient.name, recipient.place.owner, min(announced, 1), announced, fault)
            )
    return outcomes


@dataclass(frozen=True)
class _Recipient:
    """One of the recipients of an address; `key` stands for it in the list of what was sent."""

    place: Destination
    service: Any
    key: str

    @property
    def name(self) -> str:
        """The address of this recipient alone, without its secrets."""
        return str(self.service.url(privacy=True))

    def sent_before(self, sent: SentList) -> set[str]:
        """The keys that were sent to this recipient, by itself or together with all others of its
        address."""
        return sent.of(self.place.key) | sent.of(self.key)


def _recipients(place: Destination) -> list[_Recipient]:
    """The recipients of a place, each alone where the service keeps them as a list. For Apprise a
    message has failed when one of several recipients refused it, and would go to all of them
    again."""
    service = _service(place.url)
    targets = getattr(service, "targets", None)
    if not isinstance(targets, list) or len(targets) < 2:
        return [_Recipient(place, service, place.key)]
    recipients = []
    for target in targets:
        alone = copy.copy(service)
        alone.targets = [target]
        key = hashlib.sha256(f"{place.key}\x1f{target}".encode()).hexdigest()[:24]
        recipients.append(_Recipient(place, alone, key))
    return recipients


def _for_everybody(places: Iterable[Destination]) -> list[Destination]:
    """The places of everybody's digest, else all of them."""
    listed = list(places)
    return [place for place in listed if place.owner is None] or listed


def _service(url: str) -> Any:
    """The Apprise service of an address."""
    import apprise

    # A redirected message arrives nowhere: it becomes a GET without its content, and the page that
    # answers (usually a sign-in) counts as success.
    asset = apprise.AppriseAsset(http_redirects=False)
    service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        scheme = url.partition("://")[0] if "://" in url else "an address without a scheme"
        raise BadDestination(
            f"{scheme}: Apprise reads no such address; see https://appriseit.com for its form"
        )
    return service


def _send(latest: News, recipient: _Recipient, sent: SentList) -> Outcome:
    owner = recipient.place.owner
    messages = digest(latest, owner, recipient.sent_before(sent))
    done = announced = 0
    for message in messages:
        with sent.noting(recipient.key, message.keys, latest.as_of.isoformat()) as taken:
            fault = _deliver(recipient.service, message)
            if fault is None:
                taken()
        if fault is not None:
            return Outcome(recipient.name, owner, done, announced, fault)
        done, announced = done + 1, announced + len(message.keys)
    return Outcome(recipient.name, owner, done, announced)


def _deliver(service: Any, message: Message) -> str | None:
    """Why the message was not accepted; None when it was."""
    import apprise

    sender = apprise.Apprise()
    sender.add(service)
    with _last_words() as words:
        result = sender.notify(
            body=message.body, title=message.title, body_format=apprise.NotifyFormat.TEXT
        )
    return None if bool(result) else " ".join(words[-1:]) or "the service did not take it"


@contextmanager
def _last_words() -> Iterator[list[str]]:
    """What Apprise says about a failure, which it logs and does not raise."""
    words: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            words.append(record.getMessage())

    logger = logging.getLogger("apprise")
    keeper, propagated = Keeper(logging.WARNING), logger.propagate
    logger.addHandler(keeper)
    logger.propagate = False
    try:
        yield words
    finally:
        logger.removeHandler(keeper)
        logger.propagate = propagated
