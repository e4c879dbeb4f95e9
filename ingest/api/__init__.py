"""Pages of vendors' APIs fetched into the landing zone, where they land like any delivery.

Belongs here: asking, waiting, walking pages, writing them as received. Does not: what a page
means (formats/), or anything that reads a page's records.
"""
