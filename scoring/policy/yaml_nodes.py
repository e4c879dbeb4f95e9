"""YAML text as nodes, each with its tag and its line.

Belongs here: which parser reads a text. Does not: what nodes become (yaml_lines.py), or which
documents are refused before (ingest/formats/safe_yaml.py).

libyaml reads a policy set in a twentieth of the time. ruamel.yaml, whose rules decide what is a
number, a date or a truth value, reads whatever the two would read differently, and also what
libyaml refuses, to say what is wrong with it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.resolver import implicit_resolvers

# The version of YAML whose rules apply where a text names none.
VERSION = (1, 2)
# What the two read differently: directives, tabs, line breaks that YAML 1.2 gave up, a comment
# right after the mark of a block, and any document that is neither a mapping nor a list.
UNLIKE = re.compile("^%|[\t\r\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#", re.MULTILINE)


def compose(text: str) -> Any | None:
    """The root node, None for an empty text. Raises ruamel.yaml's errors for text that is not
    YAML."""
    if yaml.__with_libyaml__ and not UNLIKE.search(text):
        loader = _quick_loader()(text)
        try:
            node = loader.get_single_node()
            if node is not None and node.id != "scalar":
                return node
        except yaml.YAMLError:
            pass
        finally:
            loader.dispose()
    return compose_slowly(text)


def compose_slowly(text: str) -> Any | None:
    """The same by ruamel.yaml alone."""
    # The default, the round-trip reader, would mark each fold of a text with a BEL character.
    return YAML(typ="safe", pure=True).compose(text)


@cache
def _quick_loader() -> type:
    from yaml._yaml import CParser
    from yaml.resolver import BaseResolver

    class Loader(CParser, BaseResolver):
        """libyaml's events, with ruamel's rules of what a plain word is."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            BaseResolver.__init__(self)

    for versions, tag, rule, first in implicit_resolvers:
        if VERSION in versions:
            Loader.add_implicit_resolver(tag, rule, first)
    return Loader
