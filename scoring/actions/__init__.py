"""What waits for a person: who must do what by when, and what hangs on it.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.actions.table import actions, write_actions

__all__ = ["actions", "write_actions"]
