"""Bytes to text: which encoding a delivered file is in.

Belongs here: byte order marks, utf-8, utf-16. Does not: delimiters, rows.
"""

from __future__ import annotations

import codecs

from ingest.judging.table import Refused

# utf-32's mark begins with utf-16's, so it is looked at first, to be refused by name.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Programs that declare these encodings mean Windows' own code pages, which fill 0x80 to 0x9f; so
# does the WHATWG encoding standard.
MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"}
# What to do about bytes of another encoding; only a column map can name one.
AS_UTF8 = (
    "save it as utf-8 (in Excel: File, Save As, CSV UTF-8; in a text editor: Save As with the "
    "encoding UTF-8) and deliver that file"
)
AS_CONTROL = "plumbline_as_control"
SNIFFED = 4096
# A line feed that is read half a character off. No character has this code or ever will.
OUT_OF_STEP = "\u0a00"


def _as_control(error: UnicodeError) -> tuple[str, int]:
    """The few bytes that a code page leaves out, as the control characters with their numbers: the
    file can then be read, and the judge reports a fault in the row."""
    assert isinstance(error, UnicodeDecodeError)
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error(AS_CONTROL, _as_control)


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """(text, encoding), with the encoding that the declared name is taken for."""
    meant = MEANT.get(codecs.lookup(name).name, codecs.lookup(name).name)
    if meant.startswith("cp"):
        return data.decode(meant, AS_CONTROL), meant.replace("cp", "windows-")
    return data.decode(name), name


def encoding_of(data: bytes) -> str:
    """The encoding's name by its mark, else utf-16 when every other byte is zero, else utf-8."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name
    head = data[:SNIFFED]
    half = len(head) // 2
    if half and len(data) % 2 == 0:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        # A stray zero on the other side is a character of the text, and does not speak against
        # utf-16.
        if odd > 0.7 * half and even < 0.05 * half:
            return "utf-16-le"
        if even > 0.7 * half and odd < 0.05 * half:
            return "utf-16-be"
    return "utf-8"


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """(text, encoding) of a file; `encoding` where a column map declares one.

    Raises Refused: empty file, an encoding that is not read, bytes that it does not know.
    """
    if not data.strip():
        raise Refused("empty", "the file is empty: not even a header; deliver it again")
    name = encoding or encoding_of(data)
    if name == "utf-32":
        raise Refused("encoding", "the file is in utf-32; save it as utf-8")
    try:
        text, name = _decoded(data, name) if encoding else (data.decode(name), name)
    except LookupError as error:
        raise Refused("encoding", f"{name!r} is not an encoding; correct the column map") from error
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} is not valid {name} ({error.reason})"
        raise Refused("encoding", f"{problem}; {AS_UTF8}") from error
    if not text.strip("\ufeff \t\r\n"):
        raise Refused("empty", "the file is empty: not even a header; deliver it again")
    _check_in_step(text, name)
    return text, name


def _check_in_step(text: str, name: str) -> None:
    """Raise Refused if one byte too many or too few spoils a whole text of two bytes per
    character."""
    if name.startswith("utf-16") and OUT_OF_STEP in text:
        place = text.index(OUT_OF_STEP) + 1
        problem = f"character {place} is half of one and half of the next: a byte is lost before it"
        raise Refused("encoding", f"{problem}; deliver the file again")
    if name == "utf-8" and text.count("\0") * 5 > len(text):
        problem = "zero bytes among the characters, as in utf-16 that is cut or has lost its mark"
        raise Refused("encoding", f"the file holds {problem}; save it as utf-8")
