"""A template by somebody else: it fills a letter, and reaches neither file, row nor machine.

Belongs here: dashboards.letters.sandbox. Does not: what a letter may say (test_letters.py).
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from jinja2 import meta
from jinja2.defaults import DEFAULT_NAMESPACE

from dashboards.letters import write
from dashboards.letters.bound import Bound, clause
from dashboards.letters.sandbox import MOST_BYTES, letter_environment, rendered

ROW = {"partner_id": "P-1", "name": "One", "programs": ["reseller"]}
SECRET = "what no letter may hold"


@pytest.fixture
def fill(tmp_path):
    """Fill a template of one's own with one partner's row."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "secret.html").write_text(SECRET, "utf-8")
    (tmp_path / "theirs/link.html").symlink_to(tmp_path / "secret.html")
    (tmp_path / "theirs/notes.txt").write_text(SECRET, "utf-8")

    def run(text: str, name: str = "letter.html") -> str:
        (tmp_path / "theirs" / name).write_text(text, "utf-8")
        environment = letter_environment(write.HERE, tmp_path / "theirs")
        environment.globals.update(clause=clause)
        partner = Bound("marts.dim_partners", ["partner_id"], ROW)
        return rendered(environment, name, {"partner": partner, "known": {"A"}, "rows": [1, 2]})

    return run


def test_an_honest_template_is_filled(fill):
    text = (
        "{% for n in range(3) %}{{ n + 1 }}{% if not loop.last %}, {% endif %}{% endfor %} "
        "{{ partner.raw.name | upper }} {{ partner.name }} {{ ['a', 'b'] | join('-') }}"
    )
    filled = fill(text)
    assert filled.startswith("1, 2, 3 ONE <data") and filled.endswith("a-b")


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'secret.html' %}",
        "{% include '../secret.html' %}",
        "{% include 'link.html' %}",
        "{% include 'notes.txt' %}",
        "{% include '/etc/hostname' %}",
        "{% import '../secret.html' as s %}{{ s }}",
        "{% extends '../secret.html' %}",
        "{% include 'a\0.html' %}",
        "{{ partner.__class__.__mro__ }}",
        "{{ partner.as_.__func__.__globals__ }}",
        "{{ clause.__globals__['Any'] }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ partner | attr('__dict__') }}",
        "{{ '{0.__class__}'.format(partner) }}",
        "{{ partner.raw.update({'name': 'Two'}) }}",
        "{{ partner.raw.programs.append('technology') }}",
        "{{ known.clear() }}",
        "{{ rows.pop() }}",
        "{{ partner.table.nothing }}",
        "{{ open('/etc/hostname') }}",
        "{{ 1 / 0 }}",
        "{% include 'letter.html' %}",
        "{{ 'x' * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ 'x' | indent(1000000000) }}",
        "{{ lipsum(n=1000000) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro m() %}{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}"
        "{% endfor %}{% endmacro %}{% import 'letter.html' as own %}{{ m() }}",
        "{% for a in range(90000) %}{{ 'x' ~ 'y' ~ ('z' + 'w') ~ partner.raw }}{% endfor %}",
    ],
)
def test_what_reaches_further_is_refused_soon(fill, text):
    before = time.process_time()
    with pytest.raises(write.UNFILLED):
        assert SECRET not in fill(text)
    assert time.process_time() - before < 5
    assert ROW == {"partner_id": "P-1", "name": "One", "programs": ["reseller"]}


def test_the_page_around_a_letter_is_ours(fill):
    with pytest.raises(write.UNFILLED):  # ours asks for a title and a style, which were not given
        fill("<script src='https://example.com/'></script>", "page.html")


def test_a_template_of_many_megabytes_is_refused(fill):
    with pytest.raises(write.UNFILLED, match="over 1 MB"):
        fill("x" * (MOST_BYTES + 1))


def test_our_own_letter_uses_nothing_that_was_taken_away():
    environment = letter_environment(write.HERE)
    environment.globals.update(clause=clause, style="", style_hash="")
    for name in ("letter.html", "page.html"):
        environment.get_template(name)
        text = (write.HERE / name).read_text("utf-8")
        jinjas_own = meta.find_undeclared_variables(environment.parse(text)) & {*DEFAULT_NAMESPACE}
        assert jinjas_own <= {*environment.globals}
    assert Path(write.HERE / "letter.html").stat().st_size < MOST_BYTES
