"""Tries remote places: sources that are pulled, vendors' APIs, destinations of messages.

Belongs here: one finding per source, vendor and destination. Nothing is fetched and nothing is
sent. Does not: how a source is tried (ingest/sources/probe.py).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.config import BadConfig, section, with_secrets
from orchestration.doctor.finding import Finding, State
from orchestration.secrets import without_secrets
from orchestration.settings import Locations
from orchestration.sources import Source, configured, revealed

SECONDS = 10


def sources(places: Locations) -> Iterator[Finding]:
    """Each configured source, tried with its own secrets."""
    for source in configured():
        yield _source(source, places)


def _source(source: Source, places: Locations) -> Finding:
    from ingest.sources.fetched import Missing, Refused, SourceError
    from ingest.sources.probe import probe

    what, place = f"source {source.name}", _where(source.spec)
    try:
        spec = revealed(source.spec, f"sources: {source.name}")
        for into in _intos(spec):
            folder = (places.landing / str(into or "")).resolve()
            if places.landing.resolve() not in folder.parents:
                mend = "name a folder of the landing zone such as crm/accounts"
                return Finding(what, place, State.WRONG, f"into: {into!r}", mend)
        answer = probe(source.kind, spec)
    except BadConfig as error:
        return Finding(what, place, State.MISSING, str(error), "set it, or take the source out")
    except Refused as error:
        mend = "check user, secret and rights with the owner of the source"
        return Finding(what, place, State.FORBIDDEN, without_secrets(str(error)), mend)
    except Missing as error:
        mend = "name what is there, or ask the source's owner for the right to read it"
        return Finding(what, place, State.MISSING, without_secrets(str(error)), mend)
    except SourceError as error:
        mend = f"correct `sources: {source.name}`, or ask whether the server is up"
        return Finding(what, place, State.WRONG, without_secrets(str(error)), mend)
    except Exception as error:
        message = without_secrets(f"{type(error).__name__}: {' '.join(str(error).split())}")
        mend = f"correct `sources: {source.name}`, or ask whether the server is up"
        return Finding(what, place, State.WRONG, message, mend)
    if answer is None:
        message = (
            f"no way to try a source of kind {source.kind}; `plumbline pull {source.name}` does"
        )
        return Finding(what, place, State.UNUSED, message)
    return Finding(what, place, State.RIGHT, answer)


def _intos(spec: Mapping[str, Any]) -> list[Any]:
    """The folders that a source lands in; some kinds name one for each query, object or table."""
    if spec.get("kind") in ("salesforce", "hubspot", "delta_sharing"):
        parts = spec.get("queries") or spec.get("objects") or spec.get("tables") or {}
        return [one.get("into") for one in parts.values() if isinstance(one, Mapping)]
    return [spec.get("into")]


def _where(spec: Mapping[str, Any]) -> str:
    """Host and folder as written, never a secret: an address stays as `${NAME}`."""
    return " ".join(
        str(spec[key])
        for key in ("kind", "driver", "host", "folder", "uri", "url")
        if spec.get(key)
    )


def vendors() -> Iterator[Finding]:
    """The vendors whose credentials the environment has completely, partly, or not at all."""
    from ingest.api.pull import NEEDED, missing

    for vendor, needed in sorted(NEEDED.items()):
        lacking = missing(vendor)
        what = f"API of {vendor}"
        if not lacking:
            yield Finding(what, "environment", State.RIGHT, "credentials are set; not asked")
        elif len(lacking) == len(needed):
            yield Finding(what, "environment", State.UNUSED, "no credentials; it is not pulled")
        else:
            answer = f"without {', '.join(lacking)}"
            mend = f"set {', '.join(lacking)}, or unset the rest"
            yield Finding(what, "environment", State.MISSING, answer, mend)


def destinations() -> Iterator[Finding]:
    """Each destination of messages: an address that is understood, and a server that answers."""
    for whose, addresses in section("destinations").items():
        if isinstance(addresses, dict):
            yield _crm(str(whose))
            continue
        for url in [addresses] if isinstance(addresses, str) else addresses or []:
            yield _destination(f"messages for {whose}", str(url))


def _crm(name: str) -> Finding:
    """A CRM that decisions are written back to: only a token is requested."""
    from ingest.api.budget import PullFailed
    from orchestration.write_back import destination
    from orchestration.write_back.work import opened

    what = f"write-back to {name}"
    try:
        chosen = destination(name)
        place = str(chosen.spec.get("url") or chosen.kind)
        crm = opened(chosen)
    except BadConfig as error:
        return Finding(what, "", State.MISSING, str(error), f"correct `destinations: {name}`")
    try:
        crm.try_it()
    except PullFailed as error:
        mend = "check address, client and secret with the CRM's owner"
        return Finding(what, place, State.FORBIDDEN, without_secrets(str(error)), mend)
    finally:
        crm.close()
    return Finding(what, place, State.RIGHT, "it lets us in; nothing was read or written")


def _destination(what: str, url: str) -> Finding:
    import apprise

    scheme = url.partition("://")[0] if "://" in url else "?"
    try:
        service = apprise.Apprise.instantiate(
            with_secrets(url, "destinations"), suppress_exceptions=True
        )
    except BadConfig as error:
        return Finding(what, scheme, State.MISSING, str(error), "set it, or take it out")
    if service is None:
        mend = "see https://appriseit.com for the form of the address"
        return Finding(what, scheme, State.WRONG, "no service reads this address", mend)
    host, port = _server(service)
    if host is None:
        answer = "understood; nothing was sent"
        return Finding(what, service.url(privacy=True), State.RIGHT, answer)
    try:
        with socket.create_connection((host, port), timeout=SECONDS):
            pass
    except OSError as error:
        mend = "check the address, and whether this machine may reach it"
        message = f"{host}:{port}: {error.strerror or error}"
        return Finding(what, service.url(privacy=True), State.WRONG, message, mend)
    answer = f"{host}:{port} answers; nothing was sent"
    return Finding(what, service.url(privacy=True), State.RIGHT, answer)


def _server(service: Any) -> tuple[str | None, int]:
    """Host and port of a service that names its own server; a vendor's own are not looked up."""
    host = getattr(service, "smtp_host", None) or getattr(service, "host", None)
    port = getattr(service, "port", None) or (443 if getattr(service, "secure", False) else 80)
    return (host if isinstance(host, str) and host else None), int(port)
