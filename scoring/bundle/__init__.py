"""One partner's rows and the SQL that judges them, in a DuckDB file that the partner can run.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.bundle.write import BundleError, BundleSummary, write_bundle

__all__ = ["BundleError", "BundleSummary", "write_bundle"]
