"""Every text that the code cites is in the repository, under the heading that it names.

Belongs here: citations of documents. Does not: clauses of the policy (tests/scoring/policy).
"""

import re

import pytest

from tests.test_house import PROJECT, tracked

CITING = ("*.py", "*.sql", "*.yml", "*.yaml", "*.html", "*.typ", "*.css", "*.js")
SECTION = re.compile(r"semantics (\d+)(?:,\s+\"([^\"]+)\")?")
FILE = re.compile(r"(?<![\w./-])((?:[a-z_]+/)*[a-z_]+\.md)\b")
DOCS = PROJECT / "docs"


def citing_files():
    return [path for path in tracked(*CITING) if "axe" not in path.parts]


def headings(name: str) -> list[str]:
    lines = (DOCS / name).read_text("utf-8").splitlines()
    return [line.lstrip("#").strip() for line in lines if line.startswith("#")]


def cited(text: str) -> list[tuple[str, str]]:
    """Section numbers with the heading quoted after them; a comment's line ends do not count."""
    flowing = re.sub(r"\s*\n\s*(?:--|#|\*)?\s*", " ", text)
    return [(number, quoted or "") for number, quoted in SECTION.findall(flowing)]


def test_every_section_that_is_cited_exists():
    sections = headings("semantics.md")
    missing = []
    for path in citing_files():
        for number, quoted in cited(path.read_text("utf-8", errors="replace")):
            if not any(heading.startswith(f"{number} ") for heading in sections):
                missing.append(f"{path.relative_to(PROJECT)}: semantics {number}")
            if quoted and quoted.rstrip(".") not in sections:
                missing.append(f'{path.relative_to(PROJECT)}: semantics {number}, "{quoted}"')
    assert not missing, "\n".join(missing)


def test_every_document_that_is_cited_exists():
    missing = []
    for path in citing_files():
        for name in FILE.findall(path.read_text("utf-8", errors="replace")):
            places = (PROJECT / name, DOCS / name, path.parent / name)
            if not any(place.exists() for place in places):
                missing.append(f"{path.relative_to(PROJECT)}: {name}")
    assert not missing, "\n".join(sorted(set(missing)))


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda p: p.name)
def test_every_link_of_the_documents_leads_somewhere(path):
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+?)(?:#[^)]*)?\)", text):
        if not target.startswith(("http", "mailto")):
            assert (path.parent / target).exists(), target
