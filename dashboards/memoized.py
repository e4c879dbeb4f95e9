"""Functions of tables that are computed once for each set of tables.

Belongs here: keeping their answers. Does not: the tables (data.py), or any function of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from dashboards.data import Tables

Values = ParamSpec("Values")
Answer = TypeVar("Answer")


def once_per_tables(
    function: Callable[Concatenate[Tables, Values], Answer],
) -> Callable[Concatenate[Tables, Values], Answer]:
    """Let a function of tables and hashable values compute only once for the same arguments.

    The answers are dropped together with the tables: in a process that keeps running, a cache of
    the function's own would hold every row of each run.
    """

    @wraps(function)
    def answer(tables: Tables, *values: Values.args, **by_name: Values.kwargs) -> Answer:
        key = (function, values, tuple(sorted(by_name.items())))
        if key not in tables.answers:
            tables.answers[key] = function(tables, *values, **by_name)
        return tables.answers[key]

    return answer
