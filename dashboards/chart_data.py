"""The specifications of live charts, in files beside the pages, because few of a page's charts are
ever pointed at.

Belongs here: taking specifications out of a page, their files, and finding drawings of earlier
pages by them. Does not: drawing (drawing.py).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ingest.atomic import replace

FOLDER = "charts"
# Fetched with the first chart that is pointed at.
SCRIPT = "live.js"
SPECIFICATION = re.compile(r'<script type="application/json">([^<]*)</script>')
PLACE = '<template data-chart="{name}"></template>'
DRAWN = re.compile(
    r'<div class="drawing">((<svg role="img" aria-label="[^"]*" )[^\n]*?</svg>)</div>'
    + PLACE.format(name=r"([0-9a-f]{32})"),
    re.DOTALL,
)


def name_of(specification: str) -> str:
    """The name of a specification in pages and files: the digest of its text as written into a
    page."""
    return hashlib.sha256(specification.encode()).hexdigest()[:32]


def taken_out(text: str) -> tuple[str, dict[str, str]]:
    """The page with each chart's specification replaced by its name, and name -> specification."""
    charts: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        charts[name_of(match[1])] = match[1]
        return PLACE.format(name=name_of(match[1]))

    return SPECIFICATION.sub(name, text), charts


def drawings_of(site: Path) -> dict[tuple[str, str], str]:
    """(label as it opens the drawing, name of the specification) -> drawing, of every page of the
    site."""
    return {
        (match[2], match[3]): match[1]
        for page in sorted(site.glob("*.html"))
        for match in DRAWN.finditer(page.read_text("utf-8"))
    }


def write_charts(site: Path, charts: dict[str, str], script: str) -> list[str]:
    """Write each specification as a script, since a page opened from disk may read nothing else,
    and the `script` that brings charts to life; specifications that no page names are removed.
    Returns the paths below the site."""
    content = {f"{name}.js": _as_script(name, text) for name, text in charts.items()}
    content[SCRIPT] = script
    for file, text in content.items():
        replace(site / FOLDER / file, text.encode())
    for stale in set((site / FOLDER).glob("*.js")) - {site / FOLDER / file for file in content}:
        stale.unlink()
    return [f"{FOLDER}/{file}" for file in sorted(content)]


def _as_script(name: str, specification: str) -> str:
    return f'(window.plumblineCharts??={{}})["{name}"]={specification};\n'
