"""The leadership pack: what the site's pages say, as one PDF and one workbook.

Belongs here: pages as paper and sheets. Does not: saying anything that no page says.
"""

from dashboards.pack.write import NAMES, write_pack

__all__ = ["NAMES", "write_pack"]
