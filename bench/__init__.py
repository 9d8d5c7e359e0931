"""Benchmarks: our own work and its peers on the same generated rows, in one run on one machine."""
