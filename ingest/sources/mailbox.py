"""Attachments that known senders mail to a mailbox.

Belongs here: which messages count, and which attachments land. Does not: their content.
Nothing in the mailbox is deleted, moved or marked as read.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.formats.contents import DELIMITED, JSON
from ingest.formats.other_formats import OFFICE, PACKED
from ingest.sources.fetched import Fetched, SourceError, digest, place, safe_name

SECONDS = 60
# Files that land, and those that are refused there with what to do: a report must not be left
# unread because it came packed or from an old spreadsheet.
NAMED = (*DELIMITED, *JSON, ".parquet", *OFFICE, *PACKED)


def fetch(spec: Mapping[str, Any], landing: Path, state: dict[str, Any]) -> list[Fetched]:
    """The attachments of every message that is not yet in `state`.

    `spec`: host, user, password, senders (address -> partner id, or a list of addresses), into, and
    folder, port, tls (false only for this machine). A known sender's files land under
    `into/<partner>` where a partner is given. A message from anybody else lands nothing and is
    named, and is fetched once its sender is among the senders. Each message counts once, by its
    Message-ID, else by its bytes. Raises SourceError.
    """
    from imap_tools import AND, BaseMailBox, MailBox, MailboxLoginError, MailBoxUnencrypted
    from imap_tools.errors import ImapToolsError

    for needed in ("host", "user", "password", "senders", "into"):
        if not spec.get(needed):
            raise SourceError(f"imap: {needed}: is missing")
    if spec.get("tls", True) is False and spec["host"] not in ("localhost", "127.0.0.1", "::1"):
        raise SourceError("imap: tls: false is for a server on this machine alone")
    senders = spec["senders"]
    senders = senders if isinstance(senders, Mapping) else dict.fromkeys(senders, "")
    partner_of = {address.lower(): str(partner or "") for address, partner in senders.items()}
    read_before: dict[str, list[str]] = state.setdefault("messages", {})
    strangers: dict[str, str] = state.setdefault("strangers", {})
    fetched: list[Fetched] = []
    try:
        box: BaseMailBox
        if spec.get("tls", True) is False:
            box = MailBoxUnencrypted(spec["host"], int(spec.get("port", 143)), timeout=SECONDS)
        else:
            context = ssl.create_default_context()
            box = MailBox(spec["host"], int(spec.get("port", 993)), SECONDS, ssl_context=context)
        with box.login(spec["user"], spec["password"], spec.get("folder", "INBOX")) as mailbox:
            for message in mailbox.fetch(AND(all=True), mark_seen=False, bulk=50):
                mark = (message.headers.get("message-id") or [""])[0].strip()
                mark = mark or digest(message.obj.as_bytes())
                sender = message.from_.lower()
                if mark in read_before and not (mark in strangers and sender in partner_of):
                    continue
                fetched += _message(message, mark, partner_of, spec, landing)
                read_before[mark] = [message.from_, message.date_str]
                strangers.pop(mark, None)
                if sender not in partner_of and message.attachments:
                    strangers[mark] = message.from_
    except MailboxLoginError:
        raise SourceError(
            f"imap: {spec['host']} refuses {spec['user']}: check the password"
        ) from None
    except (ImapToolsError, OSError) as error:
        raise SourceError(f"imap: {spec['host']}: {' '.join(str(error).split())}") from None
    return fetched


def _message(
    message: Any, mark: str, partner_of: Mapping[str, str], spec: Mapping[str, Any], landing: Path
) -> list[Fetched]:
    sender = message.from_.lower()
    label = f"{message.from_} {mark}"
    if sender not in partner_of:
        if not message.attachments:
            return []
        fault = (
            "not among the senders of this source; nothing of it lands, unless you add the address "
            "to senders: and pull again"
        )
        return [Fetched(label, fault=fault)]
    into = "/".join(part for part in (str(spec["into"]), partner_of[sender]) if part)
    fetched = []
    for attachment in message.attachments:
        name = safe_name(attachment.filename or "unnamed")
        if not name.lower().endswith(NAMED):
            fetched.append(Fetched(f"{label} {name}", note="left: no file that could land"))
            continue
        written = place(landing, into, name, attachment.payload)
        fetched.append(Fetched(f"{label} {name}", written, len(attachment.payload)))
    return fetched
