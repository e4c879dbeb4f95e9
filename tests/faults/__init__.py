"""Harm done to the product on purpose: kills at any moment, bytes changed behind its back."""
