"""Rows and files that were put aside, and their way back."""
