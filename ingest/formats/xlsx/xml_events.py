"""XML parts read as events, without document types, entities or namespaces.

Belongs here: the one safe way in which this package parses XML. Does not: what the parts mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.parsers import expat

from ingest.judging.table import Refused

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]


def local(name: str) -> str:
    """The name without its prefix: programs differ in which prefix, if any, they write."""
    return name.rpartition(":")[2]


def parse(
    part: str,
    data: bytes,
    start: Start,
    end: End | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Feed `data` to the handlers; Refused when it is not well-formed XML or declares a DTD.

    A DTD is the way to entity bombs and to reading other files, and no spreadsheet has one.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refused(
            "unreadable", f"the part {part!r} is damaged ({error}); save the file again"
        ) from error


def _refuse_doctype(*_: object) -> None:
    raise Refused("unreadable", "the file declares an XML document type; no spreadsheet does")
