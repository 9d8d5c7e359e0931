"""The outside verifier: checks an exported log with keys given to it, without network, database or trust in the export."""
