"""A policy's text gives the same values, places and faults by either of its two parsers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.policy import yaml_lines, yaml_nodes
from scoring.policy.load import SETS
from scoring.policy.yaml_lines import Document, PolicyError, read

PROJECT = Path(__file__).parents[3]
FILES = sorted([*SETS.rglob("*.yaml"), *(PROJECT / "docs" / "examples").rglob("*.yaml")])
# Characters with a meaning in YAML, from which random texts form words, marks, folds and nesting.
MARKS = [
    *("- ", ": ", ":", "\n", "\n  ", "\n    ", "? ", ", ", "#", " # ", "|", ">-", "|+\n", "'", '"'),
    *("[", "]", "{", "}", "&a ", "*a", "!!str ", "!!int ", "<<", "---\n", "...\n", "%YAML 1.1\n"),
]
WORDS = [
    *("yes", "Off", "true", "False", "~", "null", "", "=", "017", "0o17", "0x1F", "0b11", "1_000"),
    *("1e3", ".5", "-.5", "1.", "+12", ".inf", "12:30:45", "2025-01-31", "2025-1-1", "a b", "\t"),
    *("2025-01-31T10:00:00Z", "2025-01-31 10:00:00 +01:00", "ä", "\u2028", "\\n", "1.2.3", "a"),
]


def document_or_refusal(file: Path) -> Document | str:
    """What a file says, or the sentence that refuses it."""
    try:
        return read(file)
    except PolicyError as error:
        return str(error)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch):
    """The content of a file as read by ruamel.yaml alone."""

    def ask(file: Path) -> Document | str:
        with monkeypatch.context() as patched:
            patched.setattr(yaml_lines, "compose", yaml_nodes.compose_slowly)
            return document_or_refusal(file)

    return ask


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PROJECT).as_posix())
def test_every_shipped_file_says_the_same(file: Path, slowly) -> None:
    assert isinstance(document_or_refusal(file), Document)
    assert document_or_refusal(file) == slowly(file)


@given(st.lists(st.sampled_from([*MARKS, *WORDS]), max_size=14).map("".join))
@example("a: 1\na: 2\n")
@example("a: &x 1\nb: &x 2\nc: *x\n")
@example("a: 1\n---\nb: 2\n")
@example("a: *nobody\n")
@example("? [a, b]\n: 1\n")
@example("%YAML 1.1\n---\na: yes\n")
@example("a: |\n  one\n\n  two\n\n\n")
@example("a: >\n  one\n  two\n\n   three\n")
def test_any_text_says_the_same(tmp_path_factory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(text, "utf-8")
    quick = document_or_refusal(file)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(yaml_lines, "compose", yaml_nodes.compose_slowly)
        assert quick == document_or_refusal(file)


def test_libyaml_is_what_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(text: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr(yaml_nodes, "compose_slowly", nobody)
    assert isinstance(document_or_refusal(FILES[0]), Document)
