"""The static site: pages generated from the published tables, opened from disk.

Belongs here: pages, charts, their look. Does not: computing a figure; a page shows what a table
holds, and says which.
"""

from dashboards.site import SiteReport, build, build_today

__all__ = ["SiteReport", "build", "build_today"]
