"""Rules of national law, a file per subject matter."""
