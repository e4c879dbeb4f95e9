"""The pages of a large program in a real browser: weight, until usable, searches, a sort.

Belongs here: a program made larger by repeating its partners, and the clocks of the browser.
Does not: the pages (dashboards/), or whether they are right (tests/dashboards).

`python -m benchmarks.pages WAREHOUSE [PARTNERS] [PAGE...]` prints one line per page.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from dashboards.data import Tables
from dashboards.pages import arr, compliance, deals, overview, partners, tiers
from dashboards.rendering import compact, render
from dashboards.site import FINDER, INDEX, footer_text, partner_index
from scoring.published import PUBLISHED

PAGES = {
    "overview": overview,
    "tiers": tiers,
    "arr": arr,
    "compliance": compliance,
    "deals": deals,
    "partners": partners,
}
ROUNDS = 3
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
USABLE = "performance.getEntriesByType('navigation')[0].loadEventEnd / 1000"
# The block of the longest table, where the benchmark types and clicks, until the next frame is
# drawn.
LONGEST = """
const block = [...document.querySelectorAll("[data-table-block]")]
  .sort((a, b) => b.querySelectorAll("tbody tr").length - a.querySelectorAll("tbody tr").length)[0];
const drawn = () => new Promise((done) =>
  requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)));
"""
SEARCH = f"""async () => {{ {LONGEST}
  const field = block && block.querySelector("[data-search]");
  if (!field) return null;
  const from = performance.now();
  field.value = "P-00";
  field.dispatchEvent(new Event("input", {{bubbles: true}}));
  const to = await drawn();
  field.value = "";
  field.dispatchEvent(new Event("input", {{bubbles: true}}));
  return (to - from) / 1000; }}"""
SORT = f"""async () => {{ {LONGEST}
  const heads = block ? [...block.querySelectorAll("[data-sort]")] : [];
  if (!heads.length) return null;
  const from = performance.now();
  heads[heads.length - 1].click();
  return (await drawn() - from) / 1000; }}"""
# The search for a partner that every page has; its list is read with the first letter typed.
FIND = """async () => {
  const finder = document.querySelector("[data-find]");
  const list = finder.querySelector("ul");
  const from = performance.now();
  const input = finder.querySelector("input");
  input.value = "p-00";
  const listed = new Promise((done) => new MutationObserver(done).observe(list, {childList: true}));
  input.dispatchEvent(new Event("input", {bubbles: true}));
  await listed;
  return (performance.now() - from) / 1000; }"""
ROWS = f"""() => {{ {LONGEST} return block ? block.querySelectorAll("tbody tr").length : 0; }}"""


def enlarge(con: duckdb.DuckDBPyConnection, wanted: int) -> int:
    """Repeat every published row under new ids until there are `wanted` partners; how many."""
    [(partners,)] = con.execute("select count(*) from marts.dim_partners").fetchall()
    copies = max(0, -(-wanted // partners) - 1)
    for table in PUBLISHED:
        names = [name for name, _ in table.columns]
        ids = {name for name, kind in table.columns if name.endswith("_id") and kind == "VARCHAR"}
        if "partner_id" not in ids:
            continue
        chosen = ", ".join(f"\"{n}\" || '-' || copy" if n in ids else f'"{n}"' for n in names)
        listed = ", ".join(f'"{name}"' for name in names)
        con.execute(
            f"insert into {table.qualified} ({listed})"
            f" select {chosen} from {table.qualified}, range(1, {copies + 1}) as more(copy)"
        )
    return partners * (copies + 1)


def written(warehouse: Path, wanted: int, names: list[str], folder: Path) -> Iterator[Path]:
    """The named pages of the enlarged program as files."""
    large = folder / "large.duckdb"
    large.write_bytes(warehouse.read_bytes())
    with duckdb.connect(str(large)) as con:
        print(f"{enlarge(con, wanted):,} partners")
        tables = Tables(con)
        footer = footer_text(tables)
        (folder / INDEX).write_bytes(partner_index(tables))
        (folder / FINDER).write_text(compact(FINDER), "utf-8")
        for name in names:
            path = folder / f"{name}.html"
            path.write_bytes(render(PAGES[name].page(tables), footer).encode())
            yield path


def measured(browser: Any, path: Path) -> dict[str, Any]:
    """Median seconds of a page over the rounds, each in a fresh tab."""
    rounds = []
    for _ in range(ROUNDS):
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.goto(path.as_uri(), wait_until="load")
        rounds.append(
            [tab.evaluate(each) for each in (f"() => {USABLE}", SEARCH, SORT, FIND)],
        )
        rows = tab.evaluate(ROWS)
        tab.close()
    usable, search, sort, find = (
        None if None in values else statistics.median(values)
        for values in zip(*rounds, strict=True)
    )
    return {
        "MB": path.stat().st_size / 1e6,
        "rows": rows,
        "usable": usable,
        "search": search,
        "sort": sort,
        "find": find,
    }


def main(warehouse: str, wanted: str = "10000", *names: str) -> None:
    """Write, open and measure; one line per page."""
    from playwright.sync_api import sync_playwright

    from tests.dashboards.browser import chromium

    with tempfile.TemporaryDirectory(prefix="plumbline-pages-") as folder, sync_playwright() as run:
        paths = list(written(Path(warehouse), int(wanted), list(names or PAGES), Path(folder)))
        browser = run.chromium.launch(executable_path=chromium(), args=FLAGS)
        for path in paths:
            values = measured(browser, path)
            line = "  ".join(
                f"{name} {'-' if value is None else f'{value:,.2f}' if name != 'rows' else value}"
                for name, value in values.items()
            )
            print(f"{path.stem:12} {line}", flush=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
