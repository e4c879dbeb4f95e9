"""What waits for a person: who must do what by when, and what is at stake.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.actions.table import actions, write_actions

__all__ = ["actions", "write_actions"]
