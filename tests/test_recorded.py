"""The tables of `make coverage`, from reports of a small run."""

import json
from xml.etree import ElementTree

from tests.recorded import covered, seconds, tables

COVERAGE = {
    "files": {
        "ingest/usage/feed.py": {"summary": {"covered_lines": 30, "num_statements": 40}},
        "ingest/usage/deep/view.py": {"summary": {"covered_lines": 10, "num_statements": 10}},
        "scoring/words.py": {"summary": {"covered_lines": 5, "num_statements": 10}},
        "scoring/policy/sets/__init__.py": {"summary": {"covered_lines": 0, "num_statements": 0}},
    }
}
JUNIT = """<testsuites><testsuite>
  <testcase classname="tests.a" name="one" time="0.5"/>
  <testcase classname="tests.b" name="one" time="2.25"/>
  <testcase classname="tests.a" name="two" time="0.25"/>
</testsuite></testsuites>"""


def test_lines_are_summed_per_folder_and_seconds_per_file(tmp_path):
    assert covered(COVERAGE) == [("ingest/usage", 40, 50), ("scoring", 5, 10)]
    assert seconds(ElementTree.fromstring(JUNIT)) == [("tests.b", 2.25), ("tests.a", 0.75)]
    (tmp_path / "coverage.json").write_text(json.dumps(COVERAGE), "utf-8")
    (tmp_path / "tests.xml").write_text(JUNIT, "utf-8")
    text = tables(tmp_path / "coverage.json", tmp_path / "tests.xml")
    assert "| ingest/usage | 50 | 80% |" in text
    assert "| all | 60 | 75% |" in text
    assert "| all 2 | 3.0 |" in text
