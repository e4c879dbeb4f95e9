"""Object stores: `s3://`, `az://` or `gs://`.

Belongs here: opening a store, listing it, reading, writing and deleting an object. Does not:
following one (following.py) or reading in place (in_place.py). Credentials and endpoints are the
environment's usual variables (`AWS_*`, `AZURE_*`, `GOOGLE_*`); nothing of them is written anywhere.
"""

from __future__ import annotations

import ipaddress
import mimetypes
import os
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ADDRESS = re.compile(r"(s3|az|gs)://[^/]+(/.*)?")
ENDPOINTS = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AZURE_ENDPOINT",
    "AZURE_STORAGE_ENDPOINT",
    "GOOGLE_BASE_URL",
)


class StoreError(RuntimeError):
    """A store that can't be used; the message names address, cause and remedy."""


class AlreadyThere(StoreError):
    """An object with that name exists, and is not overwritten."""


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
    objects = [
        Listed(m["path"], m["size"], m["last_modified"].isoformat(), m.get("e_tag"))
        for page in pages
        for m in page
    ]
    return sorted(objects, key=lambda one: one.key)


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
    """Write one object, replacing any other; its content type for browsers follows from its name.

    Raises StoreError where it can't be.
    """
    _put(address, key, content, "overwrite")


@dataclass(frozen=True)
class Version:
    """An object as it was read: its bytes, and the marks by which its store knows this version."""

    content: bytes
    marks: dict[str, str]


def read(address: str, key: str) -> Version | None:
    """One object, None where there is none. Raises StoreError."""
    import obstore
    from obstore.exceptions import BaseError, NotFoundError

    try:
        answer = obstore.get(open_store(address), key)
        marks = {"e_tag": answer.meta.get("e_tag"), "version": answer.meta.get("version")}
        known = {name: mark for name, mark in marks.items() if mark is not None}
        return Version(bytes(answer.bytes()), known)
    except (FileNotFoundError, NotFoundError):
        return None
    except BaseError as error:
        raise StoreError(f"{address}/{key}: {spoken(error)}") from None


def put_instead(address: str, key: str, content: bytes, before: Version | None) -> None:
    """Write one object in place of the version that was read, or of none.

    Raises AlreadyThere where another writer was first, StoreError where it can't be written.
    """
    from obstore.exceptions import AlreadyExistsError, PreconditionError

    try:
        _put(address, key, content, before.marks if before else "create")
    except StoreError as error:
        if isinstance(error.__cause__, AlreadyExistsError | PreconditionError):
            raise AlreadyThere(f"{address}/{key}: another writer was there first") from None
        raise


def _put(address: str, key: str, content: bytes, mode: Any) -> None:
    import obstore
    from obstore.exceptions import BaseError

    kind = mimetypes.guess_type(key)[0]
    attributes: Any = {"Content-Type": kind} if kind else None
    try:
        obstore.put(open_store(address), key, content, mode=mode, attributes=attributes)
    except BaseError as error:
        raise StoreError(f"{address}/{key}: {spoken(error)}") from error


def delete(address: str, keys: list[str]) -> None:
    """Delete objects; one that is already gone is not a fault. Raises StoreError."""
    import obstore
    from obstore.exceptions import BaseError, NotFoundError

    try:
        if keys:
            obstore.delete(open_store(address), keys)
    except (FileNotFoundError, NotFoundError):
        pass
    except BaseError as error:
        raise StoreError(f"{address}: {spoken(error)}") from None


def spoken(error: Exception) -> str:
    """A store's error on one line, without what an address may carry of keys."""
    text = " ".join(str(error).split("Debug source:")[0].split())
    return re.sub(r"(?i)(signature|credential|token|key)=[^&\s]+", r"\1=…", text)[:400]
