"""The pages of the site, each declared once: file, name, who makes it, and what else it is in.

Belongs here: the list. Does not: rendering and writing (site.py), what a page says (pages/).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
)
from dashboards.parts import Page


@dataclass(frozen=True)
class SitePage:
    """One page of the site.

    `label` is its name in the navigation, which leaves out a page without one. `made_by` makes it
    from the tables; the page of the day has none, because it is written on its own
    (`build_today`). `yearly`: there is one for each earlier year too. `packed`: the leadership pack
    holds what it says.
    """

    file: str
    label: str | None
    made_by: Callable[[Tables], Page] | None
    yearly: bool = False
    packed: bool = False


# In the order of the navigation, which is the order in which they are made.
PAGES = (
    SitePage("index.html", "Overview", overview.page, yearly=True, packed=True),
    SitePage("today.html", "Today", None),
    SitePage("changes.html", "Changes", changes.page, yearly=True),
    SitePage("tiers.html", "Tiers", tiers.page, yearly=True, packed=True),
    SitePage("arr.html", "ARR", arr.page, yearly=True, packed=True),
    SitePage("compliance.html", "Compliance", compliance.page, yearly=True, packed=True),
    SitePage("governance.html", "Governance", governance.page, yearly=True, packed=True),
    SitePage("apps.html", "Apps", apps.page, packed=True),
    SitePage("accounts.html", "Accounts", accounts.page, packed=True),
    SitePage("deals.html", "Deals", deals.page, packed=True),
    SitePage("partners.html", "Partners", partners.page),
    SitePage("quality.html", "Data quality", quality.page, packed=True),
    SitePage("policy.html", "Policy", policy.page, packed=True),
    SitePage(methods.PATH, None, methods.page),
)
