"""Zip archives from outside, opened only when their own index is within the limits.

Belongs here: what makes an archive unsafe to unpack. Does not: what its members mean.
Nothing is ever unpacked to disk: members are read by name into memory.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from ingest.formats.limits import LIMITS_FILE, limits
from ingest.formats.other_formats import odd_book
from ingest.judging.table import Refused

ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open an archive whose members together stay within `limits.yaml`, or raise Refused.

    The index is judged before a byte is unpacked. A false size in the index gains nothing:
    `read_member` stops at the declared size and the checksum then fails.
    """
    if len(data) > limits("archive")["bytes"]:
        raise _too_large("the file", len(data), "bytes")
    if (odd := odd_book(data)) is not None:
        raise Refused(*odd)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError, EOFError, UnicodeDecodeError) as error:
        raise Refused(
            "unreadable",
            f"not a whole xlsx file ({error}): it lost bytes on the way; deliver it again",
        ) from error
    _check_members(archive.infolist())
    return archive


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    allowed = limits("archive")
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > allowed["members"]:
        raise _too_large("the number of its members", len(members), "members")
    if unpacked > allowed["unpacked_bytes"]:
        raise _too_large("its unpacked size", unpacked, "unpacked_bytes")
    if unpacked > allowed["ratio_from_bytes"] and unpacked > allowed["ratio"] * packed:
        raise _too_large("its packing ratio", unpacked // packed, "ratio")
    names = [member.filename.lower() for member in members]
    if len(set(names)) != len(names):
        raise Refused("archive", "two members of the archive have one name; save the file again")
    for member in members:
        if member.flag_bits & ENCRYPTED:
            raise Refused("encrypted", "the file is password-protected; save it without one")
        if member.compress_type not in METHODS:
            raise Refused("archive", f"{member.filename!r} is packed by a method xlsx doesn't use")


def _by_name(archive: zipfile.ZipFile) -> dict[str, str]:
    """Folded name -> the name as written: the format ignores the case of names, and some writers
    separate folders with a backslash."""
    names = archive.namelist()
    return {name.replace("\\", "/").lstrip("/").lower(): name for name in names}


def has_member(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether the archive has a part of that name, in whatever case."""
    return name.lower() in _by_name(archive)


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The unpacked bytes of one member; Refused when it is missing or its bytes are damaged."""
    try:
        return archive.read(_by_name(archive)[name.lower()])
    except KeyError as error:
        raise Refused("unreadable", f"the file lacks its part {name!r}; save it again") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise Refused(
            "unreadable", f"the part {name!r} is damaged ({error}); resend the file"
        ) from error


def _too_large(part: str, size: int, limit: str) -> Refused:
    return Refused(
        "size",
        f"{part} is {size}, more than archive.{limit} = {limits('archive')[limit]} in "
        f"{LIMITS_FILE.name} allows; it was not opened",
    )
