"""The query log and the event log: who read what, who did what."""
