"""Where a running year is heading: pace, what is still due, renewals, and how certain that is.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.outlook.answer import Outlook, OutlookError, outlook

__all__ = ["Outlook", "OutlookError", "outlook"]
