"""The partner program's rules as data: sets of YAML, their loader and their landed tables."""
