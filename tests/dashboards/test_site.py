"""The site as files: same bytes, stale pages gone, safe names, text that stays text."""

from __future__ import annotations

import json
import posixpath
import re
from datetime import date, datetime
from urllib.parse import unquote

import altair as alt
import pytest
from altair.utils.schemapi import validate_jsonschema
from jsonschema import ValidationError

from dashboards import owner_calendar, site
from dashboards.data import Tables
from dashboards.links import page_name
from dashboards.registry import PAGES
from dashboards.site import build, build_today
from tests.dashboards.conftest import ODD_IDS
from tests.dashboards.reading import read_page
from tests.scoring.hand_warehouse import put


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.html")}


def test_the_same_data_gives_the_same_bytes(demo_con, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    build(demo_con, first)
    build(demo_con, second)
    assert contents(first) == contents(second)


def test_a_second_build_writes_nothing(demo_con, tmp_path):
    report = build(demo_con, tmp_path)
    assert report.written == report.pages > 100
    assert build(demo_con, tmp_path).written == 0


def test_one_changed_partner_rewrites_what_shows_it_and_nothing_else(odd, tmp_path):
    build(odd, tmp_path)
    before = contents(tmp_path)
    odd.execute("update marts.dim_partners set country = 'Norway' where partner_id = 'T-2'")
    build(odd, tmp_path)
    after = contents(tmp_path)
    changed = {path for path in after if after[path] != before[path]}
    assert changed == {"partners.html", "partners/T-2.html"}


DAY, NEXT = date(2025, 12, 29), date(2025, 12, 30)


@pytest.fixture
def due(odd):
    """A program of which somebody has something to do."""
    registration = {"registration_id": "g1", "partner_id": "T-1", "customer_name": "Customer"}
    submitted = {"submitted_at": datetime(2025, 12, 22, 20)}
    put(odd, "staging.stg_deal_registration__registrations", {**registration, **submitted})
    return odd


def all_files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def test_the_pages_of_a_day_are_the_same_with_the_site_and_by_themselves(due, tmp_path):
    together, apart = tmp_path / "together", tmp_path / "apart"
    items = build(due, together, day=DAY).due
    assert build(due, apart).due is None
    assert build_today(due, apart, DAY) == items > 0
    assert all_files(together) == all_files(apart)
    assert {"today.html", "owners/channel_manager.ics"} <= all_files(apart).keys()


@pytest.mark.parametrize(
    ("where", "make"),
    [
        ((site, "write_pack"), lambda *places: build(*places, day=NEXT)),
        ((owner_calendar, "calendar"), lambda *places: build_today(*places, NEXT)),
    ],
    ids=["with the site", "by themselves"],
)
def test_the_pages_of_a_day_appear_all_or_none(due, tmp_path, monkeypatch, where, make):
    build(due, tmp_path / "site", day=DAY)
    before = all_files(tmp_path)

    def fail(*_):
        raise OSError("no room")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="no room"):
        broken.setattr(*where, fail)
        make(due, tmp_path / "site")
    assert all_files(tmp_path) == before
    make(due, tmp_path / "site")
    assert all_files(tmp_path)["site/today.html"] != before["site/today.html"]


def test_each_page_is_declared_once_under_the_file_that_it_writes(odd):
    """The registry's file is the page's own path, and no page stands in it twice."""
    tables = Tables(odd)
    files = [declared.file for declared in PAGES]
    assert len(files) == len(set(files))
    for declared in PAGES:
        if declared.made_by is not None:
            assert declared.made_by(tables).path == declared.file


def test_pages_of_years_that_are_gone_are_taken_away(odd, tmp_path):
    build(odd, tmp_path)
    stale = tmp_path / "arr-1999.html"
    stale.write_text("an old year", "utf-8")
    build(odd, tmp_path)
    assert not stale.exists()


def test_the_chart_bundle_lies_in_the_site_once(demo_site):
    """One file for all pages, of the renderer that drew them, with nothing that calls home."""
    bundle = demo_site / "charts.js"
    assert bundle.read_text("utf-8").startswith("// vl-convert ")
    assert bundle.stat().st_size < 1_000_000
    scripts = ["charts.js", "clauses.js", "finder.js", "partners.js"]
    assert sorted(p.name for p in demo_site.glob("*.js")) == scripts


def test_a_page_names_what_its_charts_are_drawn_from_and_holds_none_of_it(demo_site):
    """Each specification lies once beside the pages, under the name that a page has for it."""
    named = set()
    for page in sorted(demo_site.rglob("*.html")):
        text = page.read_text("utf-8")
        assert '"mark":' not in text, page.name
        assert text.count('<div class="drawing">') == text.count("data-chart="), page.name
        named |= set(re.findall('data-chart="([0-9a-f]{32})"', text))
    files = {path.stem for path in (demo_site / "charts").iterdir()}
    assert named and files == named | {"live"}


def test_every_chart_is_one_by_the_schema(demo_site):
    """A run draws charts without holding each against it (drawing.py)."""
    schema = alt.load_schema()
    charts = sorted((demo_site / "charts").glob("[0-9a-f]*.js"))
    assert charts
    for path in charts:
        chart = json.loads(path.read_text("utf-8").partition("]=")[2].rstrip(";\n"))
        validate_jsonschema(chart, schema)
        with pytest.raises(ValidationError):
            validate_jsonschema({**chart, "width": "wide"}, schema)


def test_what_no_chart_is_drawn_from_any_more_is_taken_away(odd, tmp_path):
    build(odd, tmp_path)
    stale = tmp_path / "charts" / f"{'0' * 32}.js"
    stale.write_text("of an earlier page", "utf-8")
    build(odd, tmp_path)
    assert not stale.exists()


def test_earlier_years_link_among_themselves(demo_pages):
    links = demo_pages["index-2024.html"].links
    assert {"tiers-2024.html", "arr-2024.html", "compliance-2024.html"} <= set(links)
    assert "tiers-2023.html" in demo_pages["tiers-2024.html"].links


def test_pages_of_partners_that_are_gone_are_taken_away(odd, tmp_path):
    build(odd, tmp_path)
    assert (tmp_path / "partners" / "T-1.html").exists()
    for table in ("marts.dim_partners",):
        odd.execute(f"delete from {table} where partner_id = 'T-1'")
    (tmp_path / "partners" / "kept.txt").write_text("not a page", "utf-8")
    build(odd, tmp_path)
    assert not (tmp_path / "partners" / "T-1.html").exists()
    assert (tmp_path / "partners" / "kept.txt").exists()


def test_odd_ids_have_pages_inside_the_site_and_links_that_work(odd, tmp_path):
    site = tmp_path / "site"
    build(odd, site)
    assert [p for p in tmp_path.rglob("*") if p.is_file() and site not in p.parents] == []
    listing = read_page(site / "partners.html")
    names = {page_name(partner) for partner in ODD_IDS}
    assert len(names) == len(ODD_IDS)
    targets = {unquote(link) for link in listing.links if link.startswith("partners/")}
    for name in names:
        assert len(name.encode()) <= 255
        assert f"partners/{name}" in targets
        assert (site / "partners" / name).is_file()


def slug(text: str) -> str:
    """A filter's name as it stands in an address (text.js)."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def test_every_link_of_every_page_leads_somewhere(demo_site, demo_pages):
    broken = []
    for path, page in demo_pages.items():
        for link in page.links:
            target, _, part = link.partition("#")
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(target)))
            place = path if not target else place
            if (demo_site / place).is_file() and place not in demo_pages and not part:
                continue
            if "=" in part:
                text = (demo_site / place).read_text("utf-8") if place in demo_pages else ""
                names = {slug(name) for name in re.findall(r'data-name="([^"]+)"', text)}
                names |= {"q"} if "data-search" in text else set()
                part = "" if {pair.partition("=")[0] for pair in part.split("&")} <= names else part
            if place not in demo_pages or (part and part not in demo_pages[place].ids):
                broken.append((path, link))
    assert broken == []


def test_ids_stand_once_a_page(demo_pages):
    for path, page in demo_pages.items():
        assert len(page.ids) == len(set(page.ids)), path


def test_two_partners_of_one_name_are_told_apart(odd, tmp_path):
    build(odd, tmp_path)
    listing = (tmp_path / "partners.html").read_text("utf-8")
    for partner in ("T-1", "T-2"):
        assert f'<a href="partners/{partner}.html">Twin Systems</a>' in listing
        assert f'<small class="id">{partner}</small>' in listing
        assert partner in read_page(tmp_path / "partners" / f"{partner}.html").text


def test_markup_and_formulas_in_data_are_text(odd, tmp_path):
    put(
        odd,
        "marts.fct_findings",
        {"source": "crm", "entity": "accounts", "key": "<img src=x>", "detail": "{{ 7*7 }}<u>"},
    )
    build(odd, tmp_path)
    for path in tmp_path.rglob("*.html"):
        page = read_page(path)
        assert not {"img", "b", "u"} & page.tags, path
        assert path.read_text("utf-8").count("<script>") == 1, path
    assert "{{ 7*7 }}<u>" in read_page(tmp_path / "quality.html").text
    assert "=cmd|'P-1'!<b>&amp;" in read_page(tmp_path / "partners.html").text


def test_an_empty_warehouse_gives_a_whole_site(odd, tmp_path):
    """Before anything landed every page says so, and none fails."""
    tables = odd.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('marts', 'decisions')"
    ).fetchall()
    for (table,) in tables:
        odd.execute(f"delete from {table}")
    report = build(odd, tmp_path)
    assert report.pages == len(list(tmp_path.rglob("*.html")))
    assert "0 partners" in read_page(tmp_path / "partners.html").text


@pytest.mark.parametrize("name", ["index", "tiers", "arr", "compliance", "policy"])
def test_pages_name_no_clock_and_no_place_of_this_machine(demo_pages, demo_run, name):
    assert str(demo_run.landing.parent) not in demo_pages[f"{name}.html"].text
