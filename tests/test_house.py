"""The house rules that a machine can check: style, the import rule, nothing of this machine."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
DISTRIBUTIVE = re.compile(
    r"\bone (?:row|line|file|folder|object|table|module|command|entry|call|chart|page|letter|sheet)"
    r" an? (?!time\b)[a-z]+"
)
# Names that do not say what a thing is, in Python and as names in SQL. Those in the second list are
# also keys of published JSON, and so are allowed as fields.
RIDDLES = {"told", "found"}
LOCAL_RIDDLES = {"said", "given", "asked", "there", "seen", "both"}
# Comments of SQL, Jinja's and texts, which are prose.
PROSE_OF_SQL = re.compile(r"--[^\n]*|\{#.*?#\}|'[^'\n]*'", re.DOTALL)
ANY_LOCAL = "|".join(sorted(LOCAL_RIDDLES))
SQL_NAME = re.compile(rf"\bas (?:{ANY_LOCAL})\b|\b(?:{ANY_LOCAL}) as \(")
ALIAS = re.compile(r"\bas (?:told|found)\b(?=[\s,)]*$)|\b(?:told|found) as \(", re.MULTILINE)


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks; empty outside a checkout."""
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return [PROJECT / line for line in listed.stdout.splitlines() if (PROJECT / line).exists()]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["lint-imports"],
        ["mypy"],
        ["sqlfluff", "lint", "transforms"],
    ],
    ids=lambda command: command[0] + "".join(part for part in command[1:2] if part != "."),
)
def test_what_make_lint_runs(command):
    done = subprocess.run(
        [TOOLS / command[0], *command[1:]], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_address_of_a_registry_and_no_path_of_a_machine():
    """The lock carries hashes and no address; nothing names where it was written."""
    here = "|".join(re.escape(f"{folder}/") for folder in (PROJECT, Path.home()))
    forbidden = re.compile(rf"--(?:extra-)?index-url|/simple/|files\.pythonhosted|{here}")
    for path in tracked():
        if path.suffix in {".png", ".parquet", ".xlsx"} or path == Path(__file__):
            continue
        address = forbidden.search(path.read_text("utf-8", errors="replace"))
        assert not address, f"{path}: {address.group(0) if address else ''}"


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("requirements.lock", 100),
        ("requirements-spark.lock", 50),
        ("requirements-postgres.lock", 50),
        ("requirements-sharing.lock", 20),
        ("requirements-snowflake.lock", 20),
    ],
)
def test_every_pin_has_a_hash(name, least):
    lock = (PROJECT / name).read_text("utf-8")
    pins = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert len(pins) > least
    for pin in pins:
        assert "--hash=sha256:" in pin, pin.splitlines()[0]


# What a program writes: nobody reads it from top to bottom.
GENERATED = {"transforms/macros/contract.sql"}
LONGEST = 300


def test_no_source_file_is_too_long_to_be_read_at_once():
    sources = tracked("*.py", "*.sql", "*.js", "*.css", "*.html", "*.typ", "*.sh")
    assert len(sources) > 500
    lengths = {
        path.relative_to(PROJECT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in sources
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST and name not in GENERATED} == {}
    assert set(lengths) >= GENERATED


def test_the_formatter_s_form_is_the_form():
    """No line is kept out of the formatter's hands."""
    mark = re.compile(r"#\s*fmt:\s*(skip|off)")
    for path in tracked("*.py"):
        assert not mark.search(path.read_text("utf-8")), path


def identifiers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The names that a module gives: variables, arguments, attributes, functions, classes and what
    it imports under them, with their lines; fields of a class as `.name`."""
    fields = {
        each.target
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.AnnAssign)
    }
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name):
            yield f".{node.id}" if node in fields else node.id, line
        elif isinstance(node, ast.arg):
            yield node.arg, line
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}", line
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, line
        elif isinstance(node, ast.alias):
            yield node.asname or node.name, line
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name, line


def of_libraries(tree: ast.AST) -> set[str]:
    """What a module imports from Hypothesis under the library's own names, such as `given`."""
    return {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "hypothesis"
        for name in node.names
    }


def riddles(text: str) -> list[tuple[str, int]]:
    """The names in a module that do not say what a thing is, with their lines."""
    tree = ast.parse(text)
    lent = of_libraries(tree)
    return [
        (name, line)
        for name, line in identifiers(tree)
        if name.strip("._") in RIDDLES or name.strip("_") in LOCAL_RIDDLES - lent
    ]


def test_names_say_what_a_thing_is():
    """Nothing is called by what happened to it: not `found`, but the file, match or rows."""
    sources = tracked("*.py")
    assert len(sources) > 600
    wrong = [
        f"{path.relative_to(PROJECT)}:{line}: {name}"
        for path in sources
        for name, line in riddles(path.read_text("utf-8"))
    ]
    for path in tracked("*.sql", "*.py"):
        text = path.read_text("utf-8")
        wrong += [f"{path.relative_to(PROJECT)}: {name}" for name in ALIAS.findall(text)]
    for path in tracked("*.sql"):
        text = PROSE_OF_SQL.sub("", path.read_text("utf-8"))
        wrong += [f"{path.relative_to(PROJECT)}: {name}" for name in SQL_NAME.findall(text)]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("found = 1", "found"),
        ("self.found = 1", ".found"),
        ("def told(): ...", "told"),
        ("def f(*, said): ...", "said"),
        ("with a as there: ...", "there"),
        ("try: ...\nexcept OSError as seen: ...", "seen"),
        ("from a import b as both", "both"),
        ("[asked for asked in a]", "asked"),
        ("given = 1", "given"),
        ("from hypothesis import given", ""),
        ("class A:\n    said: str", ""),
    ],
)
def test_a_riddle_is_seen_wherever_a_name_is_made(text, name):
    assert {one for one, _ in riddles(text)} == ({name} if name else set())


def test_rates_are_per_something():
    """`one row per partner`, never the older `one row a partner`."""
    wrong = [
        f"{path.relative_to(PROJECT)}: {match[0]}"
        for path in tracked("*.py", "*.sql", "*.yml", "*.yaml", "*.html", "*.md")
        if path != Path(__file__).resolve()
        for match in DISTRIBUTIVE.finditer(path.read_text("utf-8"))
    ]
    assert wrong == []
