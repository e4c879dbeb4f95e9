"""The digest of changes and actions that people get as a message.

Belongs here: the names that other stages use. Does not: sending it (orchestration).
"""

from scoring.digest.message import Message, News, digest, news

__all__ = ["Message", "News", "digest", "news"]
