"""Object stores: `s3://`, `az://` or `gs://`.

Belongs here: opening a store, listing it, writing an object. Does not: following one
(following.py) or reading in place (in_place.py). Credentials and endpoints are the environment's
usual variables (`AWS_*`, `AZURE_*`, `GOOGLE_*`); nothing of them is written anywhere.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ADDRESS = re.compile(r"(s3|az|gs)://[^/]+(/.*)?")
ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AZURE_ENDPOINT", "AZURE_STORAGE_ENDPOINT")


class StoreError(RuntimeError):
    """A store that can't be used; the message names address, cause and remedy."""


class AlreadyThere(StoreError):
    """An object of that name is there, and is not written over."""


@dataclass(frozen=True)
class Listed:
    """One object as a listing says: its key below the prefix, bytes, moment (ISO, UTC), e-tag."""

    key: str
    size: int
    modified: str
    etag: str | None


def is_address(text: str) -> bool:
    """Whether a place is an object store's address rather than a folder."""
    return ADDRESS.fullmatch(text) is not None


def open_store(address: str) -> Any:
    """The store of an address. Raises StoreError when plain http would leave this machine."""
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    options: Any = {}
    for name in ENDPOINTS:
        endpoint = urlsplit(os.environ.get(name, ""))
        if endpoint.scheme == "http":
            if not _is_this_machine(endpoint.hostname or ""):
                raise StoreError(
                    f"{name} is plain http to {endpoint.hostname}, which would send keys and data "
                    "readably; use https, or http to this machine alone"
                )
            options["allow_http"] = True
    try:
        return from_url(address, client_options=options or None)
    except (BaseError, ValueError) as error:
        raise StoreError(f"{address}: {spoken(error)}") from None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listing(address: str, store: Any) -> list[Listed]:
    """Every object below the address, sorted by key: the zone as it was when this began.

    Stores list in different orders, so nothing depends on the order. Raises StoreError.
    """
    import obstore
    from obstore.exceptions import BaseError

    try:
        pages = list(obstore.list(store, chunk_size=1000))
    except BaseError as error:
        raise StoreError(f"{address}: {spoken(error)}") from None
    found = [
        Listed(m["path"], m["size"], m["last_modified"].isoformat(), m.get("e_tag"))
        for page in pages
        for m in page
    ]
    return sorted(found, key=lambda one: one.key)


def put_new(address: str, key: str, content: bytes) -> None:
    """Write one object that must not be there yet. Raises AlreadyThere, StoreError."""
    import obstore
    from obstore.exceptions import AlreadyExistsError, BaseError

    try:
        obstore.put(open_store(address), key, content, mode="create")
    except AlreadyExistsError:
        raise AlreadyThere(f"{address}/{key} is there already, and is not written over") from None
    except BaseError as error:
        raise StoreError(f"{address}/{key}: {spoken(error)}") from None


def put_over(address: str, key: str, content: bytes) -> None:
    """Write one object, whatever is there. Raises StoreError where it can't be."""
    import obstore
    from obstore.exceptions import BaseError

    try:
        obstore.put(open_store(address), key, content)
    except BaseError as error:
        raise StoreError(f"{address}/{key}: {spoken(error)}") from None


def spoken(error: Exception) -> str:
    """A store's error on one line, without what an address may carry of keys."""
    text = " ".join(str(error).split())
    return re.sub(r"(?i)(signature|credential|token|key)=[^&\s]+", r"\1=…", text)[:400]
