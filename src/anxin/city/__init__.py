"""A small living city for demonstration: fictional, seeded, the same for the same seed byte for byte."""
