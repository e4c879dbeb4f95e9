"""Fetches pages of vendors' APIs into the landing zone, where they land like any delivery.

Belongs here: requests, waiting, walking from page to page, writing pages as received. Does not:
what a page means (formats/), or anything that reads a page's records.
"""
