"""Writes the pack beside the pages, only where its bytes changed.

Belongs here: which pages the pack holds, files. Does not: how they look.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from dashboards.pack.paper import pdf
from dashboards.pack.workbook import write_workbook
from dashboards.parts import Page
from ingest.whole import replace

NAMES = ("leadership.pdf", "leadership.xlsx")


def write_pack(site: Path, pages: Sequence[Page], footer: str) -> int:
    """The PDF and the workbook of `pages`, into the site that is being made (ingest/whole.py);
    returns how many of the two were written."""
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / NAMES[1]
        write_workbook(sheet, pages, footer)
        made = {NAMES[0]: pdf(pages, footer), NAMES[1]: sheet.read_bytes()}
    return sum(replace(site / name, content) for name, content in made.items())
