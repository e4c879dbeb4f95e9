"""The leadership pack: what the site's pages say, as a PDF, a slide deck and a workbook.

Belongs here: answers, and pages as paper, slides and sheets. Does not: anything that no page says.
"""

from dashboards.pack.write import NAMES, write_pack

__all__ = ["NAMES", "write_pack"]
