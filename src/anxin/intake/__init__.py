"""From a unit's file to stored records: receive, parse, check, link, accept or return with reasons."""
