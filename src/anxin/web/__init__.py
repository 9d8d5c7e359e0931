"""The pages: site (public), portal (a subject's own), desk (officers)."""
