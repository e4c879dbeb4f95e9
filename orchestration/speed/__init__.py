"""Shortcuts that change how fast a run is and nothing of what it gives."""
