"""Killing the product's processes at random under load, and looking for what was lost (`./anxin bench kills`)."""
