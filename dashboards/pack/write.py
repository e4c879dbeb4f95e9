"""Writes the pack beside the pages, only where its bytes changed.

Belongs here: which files the pack has, and what goes into each. Does not: how they look.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from dashboards.components import Page
from dashboards.data import Tables
from dashboards.pack import actions
from dashboards.pack.answers import answers
from dashboards.pack.paper import pdf
from dashboards.pack.slides import deck
from dashboards.pack.workbook import write_workbook
from dashboards.spooled import Spooled
from ingest.atomic import replace
from ingest.duckdb_memory import limited_memory

NAMES = ("leadership.pdf", "leadership.pptx", "leadership.xlsx")


def write_pack(site: Path, tables: Tables, pages: Spooled[Page], footer: str) -> int:
    """The PDF, the slides and the workbook, into the site that is being made (ingest/atomic.py);
    returns how many of them were written. `pages` are the site's own, the overview first."""
    findings = answers(tables)
    pages.append(actions.page(tables))
    # A workbook holds all of its cells until it is written; from here on nothing else is read.
    with tempfile.TemporaryDirectory() as folder, limited_memory(tables.con):
        book = Path(folder) / NAMES[2]
        write_workbook(book, pages, footer)
        made = (pdf(findings, pages, footer), deck(pages[0], findings, footer), book.read_bytes())
    return sum(replace(site / name, content) for name, content in zip(NAMES, made, strict=True))
