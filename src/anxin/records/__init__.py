"""Credit records: immutable versions with their lineage, documents, legal status and display period."""
