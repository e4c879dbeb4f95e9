"""Workbooks read cell by cell: the archive, its XML, and the texts of its sheets."""
