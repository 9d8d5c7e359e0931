"""The programmatic interface, one endpoint a file."""
