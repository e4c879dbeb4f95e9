"""The proof of one deal registration, Marketplace listing or referral.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.one_case.explain import KINDS, explain_single

__all__ = ["KINDS", "explain_single"]
