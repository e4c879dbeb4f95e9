"""Walks the pages of one endpoint, in each of the vendors' forms of paging.

Belongs here: where the next page is and whether it may be requested. Does not: requests
(client.py) or keeping pages (pull.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ingest.api.budget import PullFailed
from ingest.api.client import Client, vendors
from ingest.formats.json_page import records_of
from ingest.judging.table import Refused


def pages(client: Client, path: str, query: dict[str, str] | None = None) -> Iterator[bytes]:
    """Bodies of an endpoint's pages, as received, each given before the next is requested.

    Shapes (formats.md): `{limit, page, next_href}` until there is no next_href or no record;
    `{has_more, next_href, next_cursor}`, which only has_more = false ends; no paging at all.
    PullFailed on a next_href to another base URL or endpoint, a page that repeats, or a walk that
    does not end.
    """
    start = url = _with(client.base_url + path, query or {})
    visited = set()
    for _ in range(vendors()["patience"]["pages"]):
        if url in visited:
            raise PullFailed(f"{path}: the next page is one that came before; tell the vendor")
        visited.add(url)
        body, document = client.get(url)
        try:
            _, records = records_of(document, "API")
        except Refused as refused:
            raise PullFailed(f"{path}: {refused.message}") from None
        yield body
        following = _next(document.get("pagination"), bool(records), start, path)
        if following is None:
            return
        url = following
    raise PullFailed(f"{path}: over {len(visited)} pages and no end; tell the vendor")


def numbered(client: Client, path: str, query: dict[str, str], size: int) -> Iterator[bytes]:
    """Bodies of an endpoint that answers plain lists by page and per_page.

    A page that is not full is the last. An empty first page is given too, because it says that
    there is nothing. PullFailed for an answer that is not a list, and when the pages do not end.
    """
    for number in range(1, vendors()["patience"]["pages"] + 1):
        parameters = query | {"page": str(number), "per_page": str(size)}
        body, document = client.get(_with(client.base_url + path, parameters))
        if not isinstance(document, list):
            raise PullFailed(f"{path}: the answer is not a list; tell the vendor")
        if document or number == 1:
            yield body
        if len(document) < size:
            return
    raise PullFailed(f"{path}: no end of pages; tell the vendor")


def _next(paging: Any, any_records: bool, start: str, path: str) -> str | None:
    if not isinstance(paging, dict):
        return None
    href, cursor = paging.get("next_href"), paging.get("next_cursor")
    if "has_more" in paging:
        if paging["has_more"] is False:
            return None
        if not isinstance(href, str) and isinstance(cursor, str) and cursor:
            return _with(start, {"cursor": cursor})
        if not isinstance(href, str) or not href:
            message = "has_more is not false, but no next page is named; nothing after it was read"
            raise PullFailed(f"{path}: {message}")
    elif not isinstance(href, str) or not href or not any_records:
        return None
    return _followed(href, start, path)


def _followed(href: str, start: str, path: str) -> str:
    """The address of the next page; refused unless base URL and endpoint are those of the start."""
    try:
        target = urljoin(start, href)
        other, here = urlsplit(target), urlsplit(start)
        same = (other.scheme, other.netloc, other.path) == (here.scheme, here.netloc, here.path)
    except ValueError:
        same = False
    if not same:
        message = f"next_href leads to {href[:120]!r}, another place than this endpoint"
        raise PullFailed(f"{path}: {message}; it is not followed, the pages so far are kept")
    return target


def _with(url: str, query: dict[str, str]) -> str:
    parts = urlsplit(url)
    merged = dict(parse_qsl(parts.query)) | query
    return parts._replace(query=urlencode(merged)).geturl()
