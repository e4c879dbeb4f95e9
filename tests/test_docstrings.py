"""What docstrings and comments promise: errors by name, and files that exist.

Belongs here: rules about words in the code that a machine can check. Does not: documents that the
code cites (test_citations.py), or style (test_house.py).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.test_house import PROJECT, tracked

# Commands answer wrong use with a message of their own, and their docstrings are help texts.
ROOTS = ("ingest", "dashboards", "scoring", "transforms", "orchestration")
LEFT_OUT = "orchestration/cli/"
FILE = re.compile(r"(?<![\w./<*{-])((?:[a-z_]+/)*[a-z_]+\.(?:py|sql))\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(tree: ast.Module) -> Iterator[Function]:
    bodies = [tree.body]
    bodies += [n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name[0] != "_"]
    for body in bodies:
        yield from (n for n in body if isinstance(n, Function) and n.name[0] != "_")


def raised(node: ast.AST, caught: frozenset[str] = frozenset()) -> set[str]:
    """Names of the errors that a function raises itself and does not catch again."""
    if isinstance(node, ast.Try):
        handlers = [h.type for h in node.handlers if h.type is not None]
        names = {n.id for each in handlers for n in ast.walk(each) if isinstance(n, ast.Name)}
        inside = [raised(n, caught | names) for n in node.body]
        outside = [raised(n, caught) for n in (*node.handlers, *node.orelse, *node.finalbody)]
        return set().union(*inside, *outside)
    own = set()
    if isinstance(node, ast.Raise) and node.exc is not None:
        error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = error.attr if isinstance(error, ast.Attribute) else getattr(error, "id", "")
        own = {name} if name[:1].isupper() and name not in caught else set()
    inner = (n for n in ast.iter_child_nodes(node) if not isinstance(n, Function | ast.Lambda))
    return own.union(*(raised(n, caught) for n in inner))


@pytest.mark.parametrize("root", ROOTS)
def test_a_public_function_names_the_errors_that_it_raises(root):
    missing = []
    for path in tracked(f"{root}/*.py"):
        name = path.relative_to(PROJECT).as_posix()
        if name.startswith(LEFT_OUT):
            continue
        for function in public_functions(ast.parse(path.read_text("utf-8"))):
            text = ast.get_docstring(function) or ""
            errors = sorted(e for e in raised(function) if e not in text)
            if errors:
                missing.append(f"{name}: {function.name} raises {', '.join(errors)}")
    assert not missing, "\n".join(missing)


def words_of(text: str) -> str:
    """The docstrings and whole-line comments of a module."""
    documented = (ast.Module, ast.ClassDef, *Function.__args__)
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, documented)]
    comments = [line for line in text.splitlines() if line.strip().startswith("#")]
    return "\n".join([*filter(None, map(ast.get_docstring, nodes)), *comments])


def test_files_that_comments_name_exist():
    every = [f"/{path.relative_to(PROJECT).as_posix()}" for path in tracked("*.py", "*.sql")]
    missing = []
    for path in tracked(*(f"{root}/*.py" for root in ROOTS)):
        for name in FILE.findall(words_of(path.read_text("utf-8"))):
            if not any(other.endswith(f"/{name}") for other in every):
                missing.append(f"{path.relative_to(PROJECT)}: {name}")
    assert not missing, "\n".join(missing)
