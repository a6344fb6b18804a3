"""The smallest JSON that an OpenAPI schema takes, so that a request gets past the reading of its body."""

from __future__ import annotations

from typing import Any

_FORMATS = {
    "uuid": "01980000-0000-7000-8000-00000000000a",
    "date-time": "2026-03-03T13:01:00Z",
    "date": "2026-03-03",
    "email": "nobody@agency.example",
    "uri": "https://agency.example/",
}


def smallest(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """Return a value of the schema, with what is required and nothing more."""
    schema = _resolved(schema, document)
    for name in ("const", "default"):
        if schema.get(name) is not None:
            return schema[name]
    if "enum" in schema:
        return schema["enum"][0]
    for name in ("oneOf", "anyOf", "allOf"):
        if name in schema:
            return smallest(schema[name][0], document)
    return _of_type(schema, document)


def _of_type(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            return {name: smallest(properties[name], document) for name in schema.get("required", [])}
        case "array":
            item = smallest(schema.get("items", {}), document)
            return [item] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "null":
            return None
        case _:
            text = _FORMATS.get(schema.get("format", ""), "written")
            return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", len(text) + 1000)]


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema
