"""What runs in a throw-away child process: reading workbooks and JSON, whose parsers may crash, loop or eat memory.

Light on purpose: no Django, no polars, no database, no keys. Rows leave it as plain CSV text, a refusal as one JSON line.
"""
