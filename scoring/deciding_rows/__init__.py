"""The rows that decide an answer: which app, customer, report, line.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.deciding_rows.choose import SHOWN, Pivots, candidates, pivots, pivots_of

__all__ = ["SHOWN", "Pivots", "candidates", "pivots", "pivots_of"]
