"""A real browser for the tests: found, started, and listened to.

Belongs here: starting Chromium, and what a page does that it should not. Does not: assertions.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "PLUMBLINE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong is returned from the browser: returning everything takes longer than the check.
CHECK = """
async (tags) => {
  const only = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]};
  const found = await axe.run(only);
  return found.violations.flatMap(
    (each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)}`));
}
"""
# Filled before anything on the page runs: what the page's own policy refused.
LISTEN = """
window.__violations = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def chromium() -> str | None:
    """The browser's path: the variable's, else the first of NAMES that is installed."""
    configured = os.environ.get(VARIABLE)
    return configured or next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Heard:
    """What a page did that it must not: console errors, requests, breaches of its policy."""

    messages: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


@contextmanager
def opened(
    browser: Any, path: Path, *, theme: str = "light", width: int = 1280, **more: Any
) -> Iterator[tuple[Any, Heard]]:
    """The page at `path` in a context of its own, and what was heard of it."""
    context = browser.new_context(
        color_scheme=theme, viewport={"width": width, "height": 900}, **more
    )
    heard = Heard()

    def dismissed(dialog: Any) -> None:
        heard.messages.append(dialog.message)
        dialog.dismiss()

    try:
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.on("console", lambda message: heard.messages.append(message.text))
        page.on("pageerror", lambda error: heard.messages.append(str(error)))
        page.on("dialog", dismissed)
        page.on("request", lambda request: heard.urls.append(request.url))
        page.goto(path.as_uri())
        yield page, heard
    finally:
        context.close()


def breaches(browser: Any, path: Path, theme: str) -> list[str]:
    """What axe-core finds wrong with a page, one line per rule and element."""
    # The page's policy would block the checker's own styles; it is not part of what is checked
    # here.
    with opened(browser, path, theme=theme, bypass_csp=True) as (page, _):
        # Closed details contain content too.
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        page.evaluate(AXE.read_text("utf-8"))
        return page.evaluate(CHECK, RULES)
