"""Tests of the scoring stage."""
