"""Stands in for the toolkit's library where that is not installed."""
