"""A folder for each partner with its own letters, to be served to that partner and nobody else.

Belongs here: which files a partner's folder has, and its list of them. Does not: the content of a
letter or a bundle (letters/, scoring/bundle), or who may see a folder (docs/Caddyfile.partners).

Nothing in a folder links out of it, and nothing in it names another partner: letters and bundles
are checked for that before they are written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import jinja2

from dashboards.letters import Refusal, write_letters
from dashboards.letters.write import letter_name
from dashboards.links import page_name
from ingest.atomic import new_folder, replace
from scoring.bundle import write_bundle

FRONT = "index.html"
# Kind of file by its extension, in words for a person.
KINDS = {".html": "letter", ".pdf": "letter as PDF", ".duckdb": "figures, to be computed again"}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'">
<title>{{ partner }}</title>
</head>
<body>
<main>
<h1>{{ partner }}: results by year</h1>
<ul>
{% for year, name, kind in files %}
<li><a href="{{ name }}">{{ year }}: {{ kind }}</a></li>
{% endfor %}
</ul>
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class PortalReport:
    """Partner ids with a folder of the year and those whose letter was refused; `differing`:
    partners whose bundle computes something else than was published; `folder`: where they are."""

    folder: Path
    written: list[str]
    refused: list[Refusal]
    differing: list[str]


def write_portal(
    con: duckdb.DuckDBPyConnection,
    year: int,
    to: Path,
    templates: Path | None = None,
    *,
    bundles: bool = False,
    sign: Callable[[bytes], bytes] | None = None,
) -> PortalReport:
    """Write `to/<partner>/` for each partner in a ledger of the assessed `year`: its letter as page
    and PDF, with `bundles` its bundle, and a list of all years in it; all partners or none. `sign`
    signs a PDF.

    If a letter is refused, the files of that year are removed from its folder; other years stay.
    Raises LettersError where nobody is in a ledger of the year.
    """
    differing = []
    with tempfile.TemporaryDirectory(prefix="plumbline-portal-") as place:
        letters = Path(place) / "letters"
        report = write_letters(con, year, letters, templates, sign)
        with new_folder(to) as fresh:
            for partner in report.written:
                folder = fresh / folder_name(partner)
                folder.mkdir(exist_ok=True)
                page = letters / letter_name(partner, year)
                for file in (page, page.with_suffix(".pdf")):
                    replace(folder / f"{year}{file.suffix}", file.read_bytes())
                if bundles and _bundle(con, partner, year, Path(place), folder):
                    differing.append(partner)
            refused = [refusal.partner_id for refusal in report.refused]
            for partner in refused:
                for suffix in KINDS:
                    (fresh / folder_name(partner) / f"{year}{suffix}").unlink(missing_ok=True)
            for partner in (*report.written, *refused):
                _front(fresh / folder_name(partner), partner)
    return PortalReport(to, report.written, report.refused, differing)


def folder_name(partner_id: str) -> str:
    """The name of a partner's folder, and of the user who may see it; an id is data, and can't lead
    out of the folder."""
    name = page_name(partner_id).removesuffix(".html")
    return f"%2E{name[1:]}" if name.startswith(".") else name


def _bundle(
    con: duckdb.DuckDBPyConnection, partner: str, year: int, place: Path, folder: Path
) -> bool:
    """Put a bundle into the folder; whether its own SQL finds something else than was published."""
    made = write_bundle(con, partner, year, place / "bundle.duckdb")
    replace(folder / f"{year}.duckdb", made.file.read_bytes())
    return made.differences > 0


def _front(folder: Path, partner: str) -> None:
    """The list of what a folder contains, the newest year first; empty where there is nothing."""
    if not folder.is_dir():
        return
    entries = [
        (path.stem, path.name, KINDS[path.suffix])
        for path in sorted(folder.iterdir())
        if path.suffix in KINDS and path.name != FRONT
    ]
    entries.sort(key=lambda file: (file[0], file[1]), reverse=True)
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = environment.from_string(PAGE).render(partner=partner, files=entries)
    replace(folder / FRONT, page.encode("utf-8"))
