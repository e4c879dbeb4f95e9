"""What a vendor says when it refuses, as one line that can be shown.

Belongs here: the words of an error's body, without secrets. Does not: what follows from a refusal
(client.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import httpx

from ingest.api.budget import PullFailed
from ingest.safe_text import one_line

MOST_BYTES, MOST_SHOWN = 64 * 1024, 300
# What vendors say when the day's requests are used up, so that waiting some seconds is no use.
EXHAUSTED = ("REQUEST_LIMIT_EXCEEDED", "DAILY")
# Names under which vendors write what is wrong, the most specific first.
NAMES = ("errorCode", "policyName", "category", "error", "message", "error_description")


class NotLetIn(PullFailed):
    """The vendor does not know us, or does not let us do this."""


class Rejected(PullFailed):
    """The vendor says that the request is wrong, so repeating it changes nothing.

    `status` is the answer's, `words` what the vendor says about it, in one line.
    """

    def __init__(self, message: str, status: int, words: str) -> None:
        super().__init__(message)
        self.status, self.words = status, words


def vendor_message(response: httpx.Response, secrets: Iterable[str]) -> str:
    """The words of a refusal, one line, empty where there are none; what was secret is taken out.

    Only the beginning of the body is read.
    """
    body = bytearray()
    try:
        for part in response.iter_bytes():
            body += part
            if len(body) > MOST_BYTES:
                break
    except httpx.HTTPError:
        return ""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    words = one_line(words_of(document))
    for secret in filter(None, secrets):
        words = words.replace(secret, "…")
    return words[:MOST_SHOWN]


def words_of(document: Any) -> str:
    """The codes and sentences of an error document, each once, in one text."""
    parts: list[str] = []
    for one in document if isinstance(document, list) else [document]:
        if isinstance(one, dict):
            texts = [one.get(name) for name in NAMES]
            parts += [text for text in texts if isinstance(text, str) and text not in parts]
    return ": ".join(parts)
