"""The channel manager's day: what waits for an answer, lapses, or is overdue.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.today.items import Item, Today, today

__all__ = ["Item", "Today", "today"]
