"""Great Expectations at landing: is this delivery acceptable?

Belongs here: running a source's suite over its new deliveries, and checks between landed tables.
Does not: what is expected (the YAML files here) or single rows (judge.py).
"""

from ingest.expectations.landed import landed_checks
from ingest.expectations.suites import CheckResult, judge_deliveries

__all__ = ["CheckResult", "judge_deliveries", "landed_checks"]
