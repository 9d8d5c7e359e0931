"""National law that every city's pack stands on."""
