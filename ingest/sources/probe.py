"""Tries a source without fetching: can it be reached, does it accept us, does it have what we want?

Belongs here: one try per kind, which only reads names and writes nothing. Does not: fetching, or
what is done with the result (orchestration/doctor/).
"""

from __future__ import annotations

import asyncio
import importlib
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ingest.sources import probe_apis
from ingest.sources.fetched import Refused, SourceError
from ingest.sources.query import DRIVERS

SECONDS = 15
Try = Callable[[Mapping[str, Any]], str]


def probe(kind: str, spec: Mapping[str, Any]) -> str | None:
    """The state of a source, in a sentence; None for a kind that cannot be tried.

    `spec`: as of `fetch` of that kind, its secrets filled in. Raises SourceError, Refused where a
    server answers but refuses us, and Missing where what is asked for is not there.
    """
    tries: dict[str, Try] = {
        "delta_sharing": probe_apis.delta_sharing,
        "hubspot": probe_apis.hubspot,
        "imap": _imap,
        "salesforce": probe_apis.salesforce,
        "sftp": _sftp,
        "sql": _sql,
    }
    return tries[kind](spec) if kind in tries else None


def _sftp(spec: Mapping[str, Any]) -> str:
    known, key = Path(str(spec["known_hosts"])), spec.get("key")
    if not known.is_file():
        raise SourceError(f"{known} is not there: put the server's own key into it")
    if key and not Path(str(key)).is_file():
        raise SourceError(f"{key} is not there: name the private key's file")
    return asyncio.run(asyncio.wait_for(_listed(spec), SECONDS * 2))


async def _listed(spec: Mapping[str, Any]) -> str:
    import asyncssh

    folder = str(spec.get("folder") or ".")
    options: dict[str, Any] = {
        "port": int(spec.get("port") or 22),
        "username": spec["user"],
        "known_hosts": str(spec["known_hosts"]),
        "client_keys": [str(spec["key"])] if spec.get("key") else [],
        "password": spec.get("password"),
        "login_timeout": SECONDS,
        "connect_timeout": SECONDS,
        "agent_path": None,
        "config": None,
    }
    try:
        async with (
            asyncssh.connect(str(spec["host"]), **options) as connection,
            connection.start_sftp_client() as client,
        ):
            names = [name for name in await client.listdir(folder) if not name.startswith(".")]
    except asyncssh.HostKeyNotVerifiable:
        raise Refused(
            f"the server shows a key that {spec['known_hosts']} does not hold; ask its owner"
        ) from None
    except (asyncssh.PermissionDenied, asyncssh.SFTPPermissionDenied):
        raise Refused(f"{spec['host']} refuses {spec['user']} at {folder}") from None
    except asyncssh.SFTPNoSuchFile:
        raise SourceError(f"{spec['host']} has no folder {folder}") from None
    except (asyncssh.Error, OSError) as error:
        raise SourceError(f"{spec['host']}: {' '.join(str(error).split())}") from None
    return f"{len(names)} names in {folder}"


def _imap(spec: Mapping[str, Any]) -> str:
    from imap_tools import BaseMailBox, MailBox, MailboxLoginError, MailBoxUnencrypted
    from imap_tools.errors import ImapToolsError

    folder = str(spec.get("folder") or "INBOX")
    box: BaseMailBox
    try:
        if spec.get("tls") is False:
            if spec["host"] not in ("localhost", "127.0.0.1", "::1"):
                raise SourceError("tls: false is for a server on this machine alone")
            box = MailBoxUnencrypted(spec["host"], int(spec.get("port") or 143), timeout=SECONDS)
        else:
            context = ssl.create_default_context()
            port = int(spec.get("port") or 993)
            box = MailBox(spec["host"], port, SECONDS, ssl_context=context)
        with box.login(spec["user"], spec["password"], None) as mailbox:
            status = mailbox.folder.status(folder)
    except MailboxLoginError:
        raise Refused(f"{spec['host']} refuses {spec['user']}: check the password") from None
    except (ImapToolsError, OSError) as error:
        raise SourceError(f"{spec['host']}: {' '.join(str(error).split())}") from None
    return f"{status.get('MESSAGES', 0)} messages in {folder}"


def _sql(spec: Mapping[str, Any]) -> str:
    """The database plans the query and sends none of its rows."""
    if spec["driver"] not in DRIVERS:
        raise SourceError(f"no driver {spec['driver']!r}; there are {', '.join(DRIVERS)}")
    try:
        driver = importlib.import_module(DRIVERS[spec["driver"]])
    except ImportError:
        package = DRIVERS[spec["driver"]].split(".")[0].replace("_", "-")
        raise SourceError(f"the driver is not installed: pip install {package}") from None
    query = str(spec["query"]).strip().rstrip(";")
    try:
        with driver.connect(str(spec["uri"])) as connection, connection.cursor() as cursor:
            cursor.execute(f"select * from ({query}) as rows_of_query where 1 = 0")
            columns = len(cursor.fetch_arrow_table().column_names)
    except driver.Error as error:
        words = " ".join(str(error).split()).replace(str(spec["uri"]), "…")
        kind = Refused if _is_refusal(words) else SourceError
        raise kind(words) from None
    return f"the query has {columns} columns"


def _is_refusal(words: str) -> bool:
    message = words.lower()
    return any(
        one in message for one in ("authentication failed", "permission denied", "not permitted")
    )
