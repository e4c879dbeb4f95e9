"""Answers drawn for a terminal: one module per answer, and the tables that they share."""
