"""How other tools do the same work. Each function runs alone in a process and returns its seconds and what it found."""
