"""Rows that a series multiplies do not come straight out of a join.

DuckDB 2.0 ends some such queries with an internal error from some ten thousand rows on, more than
any program of the tests has; so it is the models' text that is looked at.
"""

import re

from orchestration.settings import DBT_PROJECT

SERIES = re.compile(r"\{\{ each_(?:month|number)\(")
JOIN = re.compile(r"\b(?:inner|left|right|full) join\b")
CTE = re.compile(r"^(?:with )?(\w+) as (\{\{ put_down\(\) \}\} )?\((.*?)^\)", re.S | re.M)


def faults_of(text: str) -> list[str]:
    """Each select of a model that draws a series from rows that were joined and not put down."""
    ctes = {name: (bool(down), body) for name, down, body in CTE.findall(text)}
    found = []
    for name, (_, body) in ctes.items():
        if SERIES.search(body):
            down, read = ctes.get(re.search(r"\bfrom (\S+)", body)[1], (True, ""))
            # What was grouped is put down by that.
            joined = JOIN.search(read) and "group by" not in read
            if JOIN.search(body) or (joined and not down):
                found.append(name)
    return found


def test_no_series_is_drawn_straight_from_a_join():
    models = sorted((DBT_PROJECT / "models").rglob("*.sql"))
    texts = {path.stem: path.read_text("utf-8") for path in models}
    assert sum(bool(SERIES.search(text)) for text in texts.values()) >= 8
    assert {name: found for name, text in texts.items() if (found := faults_of(text))} == {}
    reports = texts["int_reseller__reports"]
    assert faults_of(reports.replace("{{ put_down() }} ", "")) == ["months"]
