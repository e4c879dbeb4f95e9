"""The usage feed: scanned in place, summed into parts, cut where facts begin or end."""
