"""A policy tried on every past year on hand, and equal partners that were treated differently.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.backtest.answer import Backtest, YearBack, backtest

__all__ = ["Backtest", "YearBack", "backtest"]
