"""The witness: a small program of its own that never sees the same log twice in two shapes without saying so."""
