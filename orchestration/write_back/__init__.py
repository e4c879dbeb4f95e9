"""Writes published decisions into a CRM: a plan, then upserts with receipts, which are read back.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from orchestration.write_back.answer import WrittenBack
from orchestration.write_back.destinations import destination
from orchestration.write_back.work import write_back

__all__ = ["WrittenBack", "destination", "write_back"]
