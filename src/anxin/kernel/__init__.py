"""Pure values without Django: identifiers, clocks, citations, refusals, rules."""
