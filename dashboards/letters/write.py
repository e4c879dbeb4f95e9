"""Writes the letters that may be sent, and names those that may not.

Belongs here: rendering, checking, writing files. Does not: what a letter says or may say.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb
import jinja2
from markupsafe import Markup

from dashboards.data import Tables
from dashboards.letters.bound import Bound, clause
from dashboards.letters.checks import faults
from dashboards.letters.facts import Facts
from dashboards.letters.reading import LetterRead, read_letter
from dashboards.letters.sandbox import LetterEnvironment, letter_environment, rendered
from dashboards.links import letter_path
from dashboards.typeset import TypesetError, typeset, unprintable
from ingest.atomic import new_folder, replace

HERE = Path(__file__).parent
# What a template can raise: its own faults, and Python's on values that do not fit.
UNFILLED = (
    jinja2.TemplateError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    RecursionError,
)
# Papers that are held in memory before they are written, about 75 KB each.
BATCH = 64
EXACT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class LettersError(LookupError):
    """There is nobody to write to, or no template; the message says what to do."""


@dataclass(frozen=True)
class Refusal:
    """A letter that may not be sent, and every reason."""

    partner_id: str
    reasons: list[str]


@dataclass(frozen=True)
class LettersReport:
    """Partner ids written and refused; `code_points`: characters that the PDF could not show;
    `others`: letters in the folder that are none of these, of other years or partners."""

    written: list[str]
    refused: list[Refusal]
    code_points: list[str]
    others: list[str]


def write_letters(
    con: duckdb.DuckDBPyConnection,
    year: int,
    to: Path,
    templates: Path | None = None,
    sign: Callable[[bytes], bytes] | None = None,
) -> LettersReport:
    """Write `to/<partner>-<year>.html` and `.pdf` for each partner in a ledger of the assessed
    `year`: all of them or none.

    `templates` is a folder whose letter.html replaces ours. A letter with an unbound or stale
    figure, a clause that is not in force, or another partner's name is refused, and an earlier
    version of it is removed; the others are written. The same data give the same bytes. `sign`
    signs a PDF (signing.py), and may raise LedgerRefusal. LettersError when nobody is in a ledger
    of that year.
    """
    tables = Tables(con)
    facts = Facts(tables, year)
    partners = facts.partners()
    if not partners:
        raise LettersError(f"nobody was in a program at the end of {year}; run that year first")
    environment = _environment(templates)
    pages: dict[str, str] = {}
    refused: dict[str, list[str]] = {}
    for partner in partners:
        if not tables.where("dim_partners", "partner_id", partner):
            refused[partner] = ["no partner of this id was delivered: there is nobody to address"]
            continue
        try:
            pages[partner] = _page(environment, facts, partner)
        except UNFILLED as error:
            refused[partner] = [f"the template cannot be filled: {error}"]
    read = {partner: read_letter(html) for partner, html in pages.items()}
    refused |= faults(tables, read, date(year, 12, 31))
    names = {partner: letter_name(partner, year) for partner in partners}
    missing: set[str] = set()
    with new_folder(to) as fresh:
        letters = {partner: read[partner] for partner in partners if partner not in refused}
        for partner, paper, code_points in _papers(letters):
            missing |= code_points
            if isinstance(paper, TypesetError):
                refused[partner] = [f"it cannot be set on paper: {paper}"]
            else:
                page = fresh / names[partner]
                replace(page.with_suffix(".pdf"), sign(paper) if sign else paper)
        for partner in partners:
            page = fresh / names[partner]
            if partner in refused:
                page.unlink(missing_ok=True)
                page.with_suffix(".pdf").unlink(missing_ok=True)
            else:
                replace(page, pages[partner].encode("utf-8"))
        present = {path.name for path in fresh.glob("*.html")}
    return LettersReport(
        written=[partner for partner in partners if partner not in refused],
        refused=[Refusal(partner, reasons) for partner, reasons in sorted(refused.items())],
        code_points=sorted(f"U+{ord(c):04X}" for c in missing),
        others=sorted(present - set(names.values())),
    )


def _papers(
    letters: Mapping[str, LetterRead],
) -> Iterator[tuple[str, bytes | TypesetError, set[str]]]:
    """Each letter as a PDF, or why it cannot be one, and the characters that a PDF cannot show, in
    the order of `letters`.

    The compiler leaves Python free while it works, so every processor typesets; only a batch of
    papers is held at a time.
    """

    def paper(partner: str) -> tuple[str, bytes | TypesetError, set[str]]:
        content = _content(letters[partner])
        missing = unprintable(_strings(content))
        try:
            return partner, typeset(HERE / "letter.typ", content), missing
        except TypesetError as error:
            return partner, error, missing

    partners = iter(letters)
    with ThreadPoolExecutor(os.cpu_count()) as processors:
        while batch := list(islice(partners, BATCH)):
            yield from processors.map(paper, batch)


def letter_name(partner_id: str, year: int) -> str:
    """The file name of a partner's letter: letters of two years may lie in one folder."""
    return letter_path(partner_id, year).partition("/")[2]


def _environment(templates: Path | None) -> LetterEnvironment:
    environment = letter_environment(HERE, templates)
    style = (HERE / "letter.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals.update(clause=clause, style=Markup(style), style_hash=f"sha256-{digest}")
    return environment


def _page(environment: LetterEnvironment, facts: Facts, partner: str) -> str:
    body = rendered(environment, "letter.html", facts.of(partner))
    cited = sorted(set(read_letter(body).clauses))
    rows = facts.tables.read("policy.clauses", "from policy.clauses order by clause")
    clauses = [Bound("policy.clauses", ("clause",), r) for r in rows if r["clause"] in cited]
    parts = {"title": f"{partner}, {facts.year}", "body": Markup(body), "clauses": clauses}
    return rendered(environment, "page.html", parts)


def _content(letter: LetterRead) -> dict[str, object]:
    """The input of letter.typ: blocks, and every figure with its source."""
    # The policy's own words have their clauses; the list contains the partner's figures.
    places: dict[tuple[str, str], dict[str, None]] = {}
    for each in letter.figures:
        if not (each.table or "").startswith("policy."):
            values = places.setdefault((each.table or "", each.key or ""), {})
            # The text has figures rounded for people; here every figure is exact.
            exact = each.value if EXACT.fullmatch(each.value or "") else each.shown
            values[f"{each.column}: {exact}"] = None
    return {
        "title": next((b["text"] for b in letter.blocks if b["kind"] == "h1"), "Letter"),
        "blocks": letter.blocks,
        "figures": [[table, key, "; ".join(values)] for (table, key), values in places.items()],
    }


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
