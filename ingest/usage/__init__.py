"""The usage feed: scanned in place, summed into parts, which are cut where facts begin or end."""
