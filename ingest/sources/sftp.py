"""Files that resellers drop on an SFTP server.

Belongs here: listing and reading them from a server whose key is known. Does not: their content.
Nothing is written or deleted on the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.sources.fetched import Fetched, SourceError, place

MOST_BYTES = 1024 * 1024 * 1024
SECONDS = 60


def fetch(spec: Mapping[str, Any], landing: Path, state: dict[str, Any]) -> list[Fetched]:
    """Every file below `folder` whose size or time differs from that in `state`.

    `spec`: host, user, known_hosts (a file of OpenSSH's form, required: a server that it does not
    name is refused), key (a private key's file) or password, folder, into, and port. `state`
    keeps path -> [size, modified]. Raises SourceError.
    """
    for needed in ("host", "user", "known_hosts", "into"):
        if not spec.get(needed):
            raise SourceError(f"sftp: {needed}: is missing")
    if not Path(spec["known_hosts"]).is_file():
        raise SourceError(
            f"sftp: {spec['known_hosts']} is not there; put the server's own key into it "
            f"(ssh-keyscan {spec['host']}, and have it confirmed)"
        )
    return asyncio.run(_fetch(spec, landing, state))


async def _fetch(spec: Mapping[str, Any], landing: Path, state: dict[str, Any]) -> list[Fetched]:
    import asyncssh

    options: dict[str, Any] = {
        "port": int(spec.get("port", 22)),
        "username": spec["user"],
        "known_hosts": str(spec["known_hosts"]),
        "client_keys": [str(spec["key"])] if spec.get("key") else [],
        "password": spec.get("password"),
        "login_timeout": SECONDS,
        "agent_path": None,
        "config": None,
    }
    try:
        async with (
            asyncssh.connect(spec["host"], **options) as connection,
            connection.start_sftp_client() as client,
        ):
            return await _files(client, spec, landing, state)
    except asyncssh.HostKeyNotVerifiable:
        raise SourceError(
            f"sftp: {spec['host']} shows a key that {spec['known_hosts']} does not hold: nothing "
            "was sent; ask its owner before you change the file"
        ) from None
    except asyncssh.PermissionDenied:
        raise SourceError(
            f"sftp: {spec['host']} refuses {spec['user']}: check key or password"
        ) from None
    except (asyncssh.Error, OSError) as error:
        raise SourceError(f"sftp: {spec['host']}: {' '.join(str(error).split())}") from None


async def _files(client: Any, spec: Mapping[str, Any], landing: Path, state: dict) -> list[Fetched]:
    top = str(spec.get("folder", "."))
    fetched_before: dict[str, list[int]] = state.setdefault("files", {})
    fetched = []
    for path, attributes in sorted(await _walk(client, top)):
        now = [int(attributes.size or 0), int(attributes.mtime or 0)]
        relative = PurePosixPath(path).relative_to(top)
        if fetched_before.get(str(relative)) == now:
            continue
        if now[0] > MOST_BYTES:
            fetched.append(Fetched(str(relative), fault=f"larger than {MOST_BYTES} bytes"))
            continue
        async with client.open(path, "rb") as file:
            content = await file.read()
        after = await client.stat(path)
        if [int(after.size or 0), int(after.mtime or 0)] != now or len(content) != now[0]:
            fetched.append(
                Fetched(str(relative), note="still being written; the next pull takes it")
            )
            continue
        into = PurePosixPath(str(spec["into"]), *relative.parts[:-1])
        written = place(landing, str(into), relative.name, content)
        fetched_before[str(relative)] = now
        fetched.append(Fetched(str(relative), written, len(content)))
    return fetched


async def _walk(client: Any, folder: str) -> list[tuple[str, Any]]:
    entries = []
    for entry in await client.readdir(folder):
        if entry.filename in (".", "..") or entry.filename.startswith("."):
            continue
        path = f"{folder.rstrip('/')}/{entry.filename}"
        # Links are not followed: they may lead anywhere on somebody else's machine.
        if entry.attrs.type == 2:
            entries += await _walk(client, path)
        elif entry.attrs.type == 1:
            entries.append((path, entry.attrs))
    return entries
