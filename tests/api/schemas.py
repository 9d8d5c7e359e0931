"""A small reading of JSON Schema: as much of it as our description uses."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}


def faults(value: Any, schema: dict[str, Any], description: dict[str, Any], at: str = "$") -> list[str]:
    """Every place where the value differs from the schema."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return faults(value, description["components"]["schemas"][name], description, at)
    if "const" in schema:
        return [] if value == schema["const"] else [f"{at}: {schema['const']} expected"]
    kinds = schema.get("type")
    allowed = [kinds] if isinstance(kinds, str) else kinds or []
    if allowed and not any(_is(value, kind) for kind in allowed):
        return [f"{at}: {allowed} expected"]
    if isinstance(value, str):
        return _text_faults(value, schema, at)
    if isinstance(value, list):
        return [
            fault
            for index, one in enumerate(value)
            for fault in faults(one, schema.get("items", {}), description, f"{at}[{index}]")
        ]
    return _object_faults(value, schema, description, at) if isinstance(value, dict) else []


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and not (kind == "integer" and isinstance(value, bool))


def _text_faults(value: str, schema: dict[str, Any], at: str) -> list[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{at}: {schema['pattern']} expected"]
    if "format" in schema:
        try:
            FORMATS[schema["format"]](value)
        except ValueError:
            return [f"{at}: {schema['format']} expected"]
    return []


def _object_faults(
    value: dict[str, Any], schema: dict[str, Any], description: dict[str, Any], at: str
) -> list[str]:
    properties = schema.get("properties", {})
    found = [f"{at}.{name}: missing" for name in schema.get("required", []) if name not in value]
    rest = schema.get("additionalProperties", True)
    for name, one in value.items():
        if name in properties:
            found += faults(one, properties[name], description, f"{at}.{name}")
        elif rest is False:
            found.append(f"{at}.{name}: not described")
        elif isinstance(rest, dict):
            found += faults(one, rest, description, f"{at}.{name}")
    return found
