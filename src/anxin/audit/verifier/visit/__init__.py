"""The auditor's visit: what the log proves and what a snapshot shows, held against each other offline (Art. 45)."""
