"""Notices: what leaves the house, to whom, by which channel, and what became of it."""
