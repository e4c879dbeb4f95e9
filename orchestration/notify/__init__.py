"""Sends the digest of changes and actions to mail, chat and webhooks, each item once.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from orchestration.notify.destinations import Destination, destinations
from orchestration.notify.send import Outcome, notify, tell

__all__ = ["Destination", "Outcome", "destinations", "notify", "tell"]
