"""The pages of the site, each declared once: file, name, function, and where else it appears.

Belongs here: the list. Does not: rendering and writing (site.py), what a page says (pages/).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboards.components import Page
from dashboards.data import Tables
from dashboards.pages import (
    accounts,
    apps,
    arr,
    changes,
    compliance,
    deals,
    governance,
    methods,
    overview,
    partners,
    policy,
    quality,
    tiers,
    today,
)


@dataclass(frozen=True)
class SitePage:
    """One page of the site.

    `label` is its name in the navigation, which leaves out a page without one, and `group` the
    heading above it. `made_by` makes it from the tables; the page of the day has none, because it
    is of a day and not of a period (`build_today`). `yearly`: each earlier year has one too.
    `packed`: the leadership pack contains it.
    """

    file: str
    label: str | None
    made_by: Callable[[Tables], Page] | None
    yearly: bool = False
    packed: bool = False
    group: str = ""


DAILY, PROGRAMS, BUSINESS, BEHIND = "Day by day", "Programs", "Business", "Data and rules"
# In the order of the navigation, which is the order in which they are made.
PAGES = (
    SitePage(today.FILE, "Today", None, group=DAILY),
    SitePage(today.LATER_FILE, None, None),
    SitePage("index.html", "Overview", overview.page, yearly=True, packed=True, group=DAILY),
    SitePage("changes.html", "Changes", changes.page, yearly=True, packed=True, group=DAILY),
    SitePage("partners.html", "Partners", partners.page, packed=True, group=DAILY),
    SitePage("tiers.html", "Tiers", tiers.page, yearly=True, packed=True, group=PROGRAMS),
    SitePage(
        "compliance.html", "Compliance", compliance.page, yearly=True, packed=True, group=PROGRAMS
    ),
    SitePage(
        "governance.html", "Governance", governance.page, yearly=True, packed=True, group=PROGRAMS
    ),
    SitePage("arr.html", "ARR", arr.page, yearly=True, packed=True, group=BUSINESS),
    SitePage("deals.html", "Deals", deals.page, packed=True, group=BUSINESS),
    SitePage("accounts.html", "Accounts", accounts.page, packed=True, group=BUSINESS),
    SitePage("apps.html", "Apps", apps.page, yearly=True, packed=True, group=BUSINESS),
    SitePage("quality.html", "Data quality", quality.page, packed=True, group=BEHIND),
    SitePage("policy.html", "Policy", policy.page, packed=True, group=BEHIND),
    SitePage(methods.PATH, None, methods.page),
)
# The menu: each group with its pages.
MENU = tuple(
    (group, [page for page in PAGES if page.label and page.group == group])
    for group in dict.fromkeys(page.group for page in PAGES if page.label)
)
LABELS = {page.file: page.label for page in PAGES if page.label}
