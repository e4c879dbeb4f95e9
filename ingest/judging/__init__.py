"""Judges rows by the contract: headers, literals, rules, and the verdict on each row."""
