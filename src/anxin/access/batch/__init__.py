"""Reading many organizations at once: ordered, logged in one insert, answered in one statement (Art. 13, 18(2), 45)."""
