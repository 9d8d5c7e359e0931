"""Settings, the URL table, the WSGI entry."""
