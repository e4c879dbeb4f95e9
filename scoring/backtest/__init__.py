"""A policy held against every past year on hand, and partners alike that were not treated alike.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.backtest.answer import Backtest, YearBack, backtest

__all__ = ["Backtest", "YearBack", "backtest"]
