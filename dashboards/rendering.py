"""A page as HTML with all that it needs inside: its style and its script.

Belongs here: the template, and which assets a page contains. Does not: what a page says (pages/),
or the files beside it (site.py).
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from dashboards.components import Page, Years
from dashboards.pages import methods
from dashboards.registry import MENU

HERE = Path(__file__).parent
# The script of every page, joined in this order: the later ones use what the first defines.
SCRIPTS = ("text.js", "tables.js", "csv.js", "search.js", "live_charts.js")
# Added if a page's evidence can show delivered rows.
WITH_ROWS = (*SCRIPTS, "rows.js")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    # The page's own policy lets only these two run, by their digest: markup in data can't bring
    # its own script or style.
    style = compact("site.css")
    environment.globals.update(
        style=Markup(style),
        style_hash=_digest(style),
        menu=MENU,
        program_name="Plumbline",
        methods=methods.PATH,
    )
    return environment


@cache
def _script_of(names: tuple[str, ...]) -> tuple[Markup, str]:
    """Assets joined to a page's script, and its digest."""
    script = "".join(compact(name) for name in names)
    return Markup(script), _digest(script)


def compact(name: str) -> str:
    """An asset without indentation and comment lines, since every page contains it."""
    lines = (line.strip() for line in (HERE / "assets" / name).read_text("utf-8").splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def render(page: Page, footer: str, years: Years = ()) -> str:
    """A page as HTML; `years` are the same page for other years."""
    template = _environment().get_template("page.html")
    script, script_hash = _script_of(WITH_ROWS if page.rows else SCRIPTS)
    return template.render(
        page=page, footer=footer, years=years, script=script, script_hash=script_hash
    )
