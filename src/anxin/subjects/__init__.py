"""Credit subjects, their identifiers and names, and the decisions that linked them."""
