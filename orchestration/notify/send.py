"""Sends the digest: each item once per destination and stage; what failed is tried again.

Belongs here: one call of `notify`. Does not: the words (scoring.digest), or options (cli/).
"""

from __future__ import annotations

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
    """An address that no service reads; the message never holds a secret."""


@dataclass(frozen=True)
class Outcome:
    """The result for one destination: messages sent, items reported, the fault that stopped it."""

    place: str
    owner: str | None
    messages: int
    told: int
    fault: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "destination": self.place,
            "owner": self.owner,
            "messages": self.messages,
            "told": self.told,
            "fault": self.fault,
        }


def notify(found: News, places: Iterable[Destination], folder: Path) -> list[Outcome]:
    """Send what each destination has not had yet; `folder` holds the list of what was sent.

    A message counts as sent only when the service accepted it, so that a failed one is sent again
    by the next call. Raises BadDestination before anything is sent when an address is none.
    """
    services = [(place, _service(place.url)) for place in places]
    sent = SentList(folder)
    with sent.held():
        return [_send(found, place, service, sent) for place, service in services]


def tell(
    lines: Mapping[str, str], what: str, places: Iterable[Destination], folder: Path, day: date
) -> list[Outcome]:
    """Send to each place, for everybody, the lines that it has not been sent: `lines` by key, each
    called a `what`.

    What was taken is kept in `folder` as `notify` keeps it. Raises BadDestination likewise.
    """
    services = [(place, _service(place.url)) for place in _for_everybody(places)]
    sent = SentList(folder)
    outcomes = []
    with sent.held():
        for place, service in services:
            new = {key: line for key, line in lines.items() if key not in sent.of(place.key)}
            name, fault = service.url(privacy=True), None
            if new:
                title = f"Plumbline: {plural(len(new), what)}"
                fault = _deliver(service, Message(title, "\n".join(new.values()), tuple(new)))
            if new and fault is None:
                sent.add(place.key, new, day.isoformat())
            told = 0 if fault else len(new)
            outcomes.append(Outcome(name, place.owner, min(told, 1), told, fault))
    return outcomes


def _for_everybody(places: Iterable[Destination]) -> list[Destination]:
    """The places of everybody's digest, else all of them."""
    found = list(places)
    return [place for place in found if place.owner is None] or found


def _service(url: str) -> Any:
    """The Apprise service of an address."""
    import apprise

    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is None:
        scheme = url.partition("://")[0] if "://" in url else "an address without a scheme"
        raise BadDestination(
            f"{scheme}: Apprise reads no such address; see https://appriseit.com for its form"
        )
    return service


def _send(found: News, place: Destination, service: Any, sent: SentList) -> Outcome:
    messages = digest(found, place.owner, sent.of(place.key))
    name = service.url(privacy=True)
    done = told = 0
    for message in messages:
        fault = _deliver(service, message)
        if fault is not None:
            return Outcome(name, place.owner, done, told, fault)
        sent.add(place.key, message.keys, found.as_of.isoformat())
        done, told = done + 1, told + len(message.keys)
    return Outcome(name, place.owner, done, told)


def _deliver(service: Any, message: Message) -> str | None:
    """Why the message was not taken; None when it was."""
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
