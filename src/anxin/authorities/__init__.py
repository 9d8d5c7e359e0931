"""Public bodies and other units, officers, their roles and territory."""
