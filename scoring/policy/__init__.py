"""The partner program's rules as data: sets of YAML, their loader and their landed tables.

Belongs here: nothing but modules, one concept each, so that whoever reads one does not load the
libraries of all.
"""
