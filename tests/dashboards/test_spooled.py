"""What is set aside comes back as it was, in its order, and is not held meanwhile."""

from __future__ import annotations

import gc
import weakref

from markupsafe import Markup

from dashboards.components import Page, Section, Table, columns
from dashboards.spooled import Spooled


def a_page(name: str) -> Page:
    table = Table("Partners", columns("Partner", "#ARR"), [[Markup("<b>Ann</b>"), Markup("1")]])
    section = Section("All", "all", tables=[table])
    return Page(path=name, title=name, lead=[], headlines=[], sections=[section])


def test_pages_come_back_in_their_order_and_none_is_held():
    aside, page = Spooled[Page](), a_page("first.html")
    held = weakref.ref(page)
    aside.append(page)
    del page
    gc.collect()
    assert held() is None
    for name in ("second.html", "third.html"):
        aside.append(a_page(name))
    assert len(aside) == 3 and aside[1] == a_page("second.html")
    assert [page.path for page in aside] == ["first.html", "second.html", "third.html"]
    # A page that is added while others are read stands behind them.
    pages = iter(aside)
    assert next(pages).path == "first.html"
    aside.append(a_page("fourth.html"))
    assert aside[3].path == "fourth.html" and next(pages).path == "second.html"
    [[name, _]] = aside[0].sections[0].tables[0].rows
    assert isinstance(name, Markup)
