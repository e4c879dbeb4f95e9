"""What is pulled from which vendor, and where its pages lie in the landing zone.

Belongs here: endpoints, names of files, credentials by environment variable. Does not: requests
(client.py), paging (walk.py), or the meaning of a page (formats/).

Each page is written before the next is requested, under a number that was never used: records that
a bookmark gives only once cannot be lost through a later failure, and records that come twice
(signals are delivered at least once) are recognised by their bytes or their key.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.api.budget import PullEnded, PullFailed, not_asked
from ingest.api.client import Client, Credentials, vendors
from ingest.api.walk import numbered, pages

COMPANY = re.compile(r"[A-Za-z0-9_-]{1,100}")
NEEDED = {
    "crossbeam": ("CROSSBEAM_CLIENT_ID", "CROSSBEAM_CLIENT_SECRET", "CROSSBEAM_ORGANIZATION"),
    "procore": ("PROCORE_CLIENT_ID", "PROCORE_CLIENT_SECRET", "PROCORE_COMPANIES"),
}
# Optional: CROSSBEAM_URL, CROSSBEAM_TOKEN_URL, CROSSBEAM_BOOKMARK, PROCORE_URL, PROCORE_TOKEN_URL.


@dataclass(frozen=True)
class Pulled:
    """One endpoint (or company): the files written, and what ended it early, None if nothing."""

    vendor: str
    endpoint: str
    files: tuple[str, ...]
    fault: str | None = None


def missing(vendor: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """Environment variables that a pull from this vendor lacks; empty when it can be pulled."""
    settings = os.environ if environment is None else environment
    return [name for name in NEEDED[vendor] if not settings.get(name, "").strip()]


def pull(
    vendor: str,
    landing: Path,
    environment: Mapping[str, str] | None = None,
    sleep: Callable[[float], None] | None = None,
) -> list[Pulled]:
    """Fetch everything of one vendor into the landing zone; an endpoint that fails does not stop
    the others. KeyError names an environment variable that is not set (`missing` lists them)."""
    settings = dict(os.environ if environment is None else environment)
    work = {"crossbeam": _crossbeam, "procore": _procore}[vendor]
    return work(landing, settings, sleep)


def _client(vendor: str, settings: Mapping[str, str], headers: Mapping[str, str], sleep) -> Client:
    own, name = vendors()[vendor], vendor.upper()
    credentials = Credentials(
        settings[f"{name}_CLIENT_ID"],
        settings[f"{name}_CLIENT_SECRET"],
        settings.get(f"{name}_TOKEN_URL") or own["token_url"],
        own.get("audience"),
    )
    return Client(settings.get(f"{name}_URL") or own["base_url"], credentials, headers, sleep)


def _crossbeam(landing: Path, settings: Mapping[str, str], sleep) -> list[Pulled]:
    own = vendors()["crossbeam"]
    client = _client(
        "crossbeam", settings, {"Xbeam-Organization": settings["CROSSBEAM_ORGANIZATION"]}, sleep
    )
    folder = landing / "account_mapping" / "crossbeam"
    bookmark = settings.get("CROSSBEAM_BOOKMARK")
    done = []
    try:
        for place, endpoint in enumerate(own["endpoints"]):
            marked = bookmark and endpoint in own["bookmarked"]
            query = {own["bookmark_parameter"]: bookmark} if marked and bookmark else {}
            walk = pages(client, own["prefix"] + endpoint, query)
            pulled, ended = _write_pages(
                "crossbeam", endpoint, folder, endpoint.replace("/", "_"), walk
            )
            done.append(pulled)
            left = own["endpoints"][place + 1 :]
            if ended is not None and left:
                return [*done, Pulled("crossbeam", "the rest", (), not_asked(left, ended))]
    finally:
        client.close()
    return done


def _procore(landing: Path, settings: Mapping[str, str], sleep) -> list[Pulled]:
    own = vendors()["procore"]
    done = []
    companies = sorted({c.strip() for c in settings["PROCORE_COMPANIES"].split(",") if c.strip()})
    good = [company for company in companies if COMPANY.fullmatch(company)]
    for company in companies:
        if not COMPANY.fullmatch(company):
            # It becomes the name of a folder.
            message = f"{company[:40]!r} in PROCORE_COMPANIES is not a company id"
            done.append(Pulled("procore", company, (), message))
    # One client: one token serves all companies, and the vendor counts them together.
    client = _client("procore", settings, {}, sleep)
    try:
        for place, company in enumerate(good):
            client.headers = {own["company_header"]: company}
            folder = landing / "app_usage" / "installations" / company
            query = {own["company_parameter"]: company}
            walk = numbered(client, own["path"], query, own["page_size"])
            pulled, ended = _write_pages(
                "procore", f"installations/{company}", folder, "page", walk
            )
            done.append(pulled)
            left = good[place + 1 :]
            if ended is not None and left:
                return [*done, Pulled("procore", "installations", (), not_asked(left, ended))]
    finally:
        client.close()
    return done


def _write_pages(
    vendor: str, endpoint: str, folder: Path, stem: str, walk: Iterable[bytes]
) -> tuple[Pulled, PullEnded | None]:
    """Write each page as received, whole or not at all, and never over another."""
    files: list[str] = []
    number = _last_number(folder, stem)
    try:
        for body in walk:
            folder.mkdir(parents=True, exist_ok=True)
            number = _write(folder, stem, number + 1, body)
            files.append(f"{stem}-{number}.json")
    except PullFailed as error:
        ended = error if isinstance(error, PullEnded) else None
        return Pulled(vendor, endpoint, tuple(files), str(error)), ended
    return Pulled(vendor, endpoint, tuple(files)), None


def _write(folder: Path, stem: str, number: int, body: bytes) -> int:
    """Write a page under the first free number from `number` on; returns that number.

    Two simultaneous pulls never take the same number: creating a link fails if the name exists.
    """
    fresh = folder / f".{stem}-{os.getpid()}.new"
    fresh.write_bytes(body)
    try:
        while True:
            try:
                os.link(fresh, folder / f"{stem}-{number}.json")
                return number
            except FileExistsError:
                number += 1
            except OSError:  # a file system without links
                if not (folder / f"{stem}-{number}.json").exists():
                    shutil.copyfile(fresh, folder / f"{stem}-{number}.json")
                    return number
                number += 1
    finally:
        fresh.unlink()


def _last_number(folder: Path, stem: str) -> int:
    named = re.compile(rf"{re.escape(stem)}-([0-9]{{1,9}})\.json")
    names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    return max((int(m.group(1)) for n in names if (m := named.fullmatch(n))), default=0)
