"""The law as data and small pure functions: packs, registry, coverage, gates. No Django here."""
