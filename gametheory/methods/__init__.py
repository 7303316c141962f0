"""Algorithms that find equilibria: one file each, with its paper; `gametheory.dispatch` chooses."""
