"""Catalog items: what may be collected, from whom, how often, and who may see it."""
