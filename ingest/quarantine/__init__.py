"""Quarantined rows and files, and how they are corrected."""
