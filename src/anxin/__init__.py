"""Anxin （鞍信）: a public-credit platform that carries out a city's social-credit regulation."""

__version__ = "0.1.0"
