"""Tables shared by Delta Sharing: parquet files by signed address, for each new version.

Belongs here: the protocol's few requests. Does not: judging rows, or anything that writes there.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ingest.api.budget import PullFailed
from ingest.api.client import Client, Credentials
from ingest.sources.api_pages import needed
from ingest.sources.fetched import Fetched, SourceError, digest, place

TABLE = re.compile(r"([^./\s]+)\.([^./\s]+)\.([^./\s]+)")
VERSION = "Delta-Table-Version"
MOST_BYTES = 512 * 1024 * 1024


def fetch(
    spec: Mapping[str, Any],
    landing: Path,
    state: dict[str, Any],
    sleep: Callable[[float], None] | None = None,
) -> list[Fetched]:
    """The files of each table that are new since the last pull; none where its version is as it
    was.

    `spec`: profile (the file that the provider gave, with endpoint and token), and tables (name ->
    {table: share.schema.table, into}). `state` keeps version and file ids. A file lands as it was
    received; for a partitioned table the partition's values are added, which the file itself does
    not contain. A table that fails does not stop the others. Raises SourceError.
    """
    needed("delta_sharing", spec, "profile", "tables")
    client = opened(spec, sleep)
    fetched: list[Fetched] = []
    try:
        for name, (path, into) in tables_of(spec).items():
            own = state.setdefault(name, {})
            try:
                fetched += _table(
                    client, f"{spec.get('name', 'shared')}-{name}", path, into, landing, own
                )
            except PullFailed as error:
                fetched.append(Fetched(name, fault=str(error)))
    finally:
        client.close()
    return fetched


def opened(spec: Mapping[str, Any], sleep: Callable[[float], None] | None = None) -> Client:
    """The client of a profile; sends no request yet. Raises SourceError."""
    needed("delta_sharing", spec, "profile")
    try:
        profile = json.loads(Path(str(spec["profile"])).read_text("utf-8"))
        version, endpoint = profile["shareCredentialsVersion"], str(profile["endpoint"])
        token = str(profile["bearerToken"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(
            f"delta_sharing: {spec['profile']} is not a profile with endpoint and bearerToken; "
            "take the file that the provider gave"
        ) from None
    if version != 1:
        message = "only version 1 of a profile, with a bearer token, is read"
        raise SourceError(f"delta_sharing: {spec['profile']}: {message}")
    try:
        return Client(endpoint, Credentials("", token, token=token), sleep=sleep)
    except PullFailed as error:
        raise SourceError(f"delta_sharing: {error}") from None


def tables_of(spec: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Name -> (path of the table below the endpoint, where it lands). Raises SourceError."""
    tables = spec["tables"]
    if not isinstance(tables, Mapping):
        raise SourceError("delta_sharing: tables: must name each: {table: a.b.c, into: ...}")
    declared = {}
    for name, one in tables.items():
        where = f"delta_sharing: tables: {name}"
        if not isinstance(one, Mapping):
            raise SourceError(f"{where}: needs {{table: share.schema.table, into: ...}}")
        needed(where, one, "table", "into")
        parts = TABLE.fullmatch(str(one["table"]))
        if parts is None:
            raise SourceError(f"{where}: write the table as share.schema.table")
        share, schema, table = (quote(part, safe="") for part in parts.groups())
        path = f"/shares/{share}/schemas/{schema}/tables/{table}"
        declared[str(name)] = (path, str(one["into"]))
    return declared


def _table(
    client: Client, stem: str, path: str, into: str, landing: Path, own: dict[str, Any]
) -> list[Fetched]:
    url = client.base_url + path
    _, headers = client.raw("GET", f"{url}/version")
    version = headers.get(VERSION)
    if version is None:
        raise PullFailed(f"{path}: the answer names no {VERSION}; is this a sharing server?")
    if own.get("version") == version:
        return [Fetched(stem, note=f"nothing new: version {version}")]
    body, _ = client.raw("POST", f"{url}/query", {})
    files, partitions = _listed(body, path)
    known = set(own.get("files", ()))
    fetched = []
    for one in files:
        if one["id"] in known:
            continue
        content = _content(client, one, path)
        if partitions:
            content = _with_partition(content, one.get("partitionValues") or {}, partitions)
        name = f"{stem}-{digest(one['id'].encode())[:16]}.parquet"
        written = place(landing, into, name, content)
        fetched.append(Fetched(stem, written, len(content)))
        known.add(one["id"])
        own["files"] = sorted(known)
    gone = known - {one["id"] for one in files}
    if gone:
        note = f"{len(gone)} files are not part of version {version}: rows of theirs that no other"
        fetched.append(Fetched(stem, note=f"{note} file has stay as they landed"))
    own |= {"version": version, "files": sorted(known - gone)}
    return fetched or [Fetched(stem, note=f"no new file in version {version}")]


def _listed(body: bytes, path: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The files of a query's answer, and the names of the partition columns."""
    files: list[dict[str, Any]] = []
    partitions: list[str] | None = None
    try:
        for line in filter(None, body.decode("utf-8").splitlines()):
            row = json.loads(line)
            if "metaData" in row:
                partitions = list(row["metaData"].get("partitionColumns") or [])
            if "file" in row:
                one = row["file"]
                files.append({**one, "id": str(one["id"]), "size": int(one["size"])})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PullFailed(f"{path}: the answer is not a list of files; ask the provider") from None
    if partitions is None:
        raise PullFailed(f"{path}: the answer describes no table; ask the provider")
    return files, partitions


def _content(client: Client, one: Mapping[str, Any], path: str) -> bytes:
    """A file's bytes, by an address that is itself the permission: no token is sent there."""
    if one["size"] > MOST_BYTES:
        raise PullFailed(f"{path}: a file of over {MOST_BYTES} bytes; ask for smaller ones")
    body, _ = client.raw("GET", str(one["url"]), signed=True, most=MOST_BYTES)
    if len(body) != one["size"]:
        message = f"a file has {len(body)} bytes and {one['size']} were promised"
        raise PullFailed(f"{path}: {message}; pull again")
    return body


def _with_partition(content: bytes, values: Mapping[str, Any], partitions: list[str]) -> bytes:
    """The file with its partition's values as columns of text; it holds none of them itself."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    for name in partitions:
        if name not in table.column_names:
            value = values.get(name)
            text = None if value in (None, "") else str(value)
            column = pa.array([text] * table.num_rows, pa.string())
            table = table.append_column(name, column)
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd", store_schema=False)
    return file.getvalue()
