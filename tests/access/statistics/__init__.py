"""Published statistics: what is told of a count, and what never can be reckoned from it."""
