"""Rows held against the contract: headers, literals, rules, and the verdict on each row."""
