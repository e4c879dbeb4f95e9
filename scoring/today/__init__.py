"""A person's day: what is due, what comes later, what waits for others.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.today.items import NoSuchOwner, Today, today

__all__ = ["NoSuchOwner", "Today", "today"]
