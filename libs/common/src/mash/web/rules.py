"""What was wrong with a body or a form, in plain words: the one place where pydantic's rules become ours."""

from __future__ import annotations

from typing import Any

# What each of pydantic's rules means, in words that repeat nothing of what was sent.
_RULES = {
    "missing": "is needed",
    "extra_forbidden": "is not a field of this request",
    "json_invalid": "is not well-formed JSON",
    "string_type": "must be text",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "is not in the form asked for",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "too_long": "has too many entries",
    "too_short": "has too few entries",
    "uuid_type": "must be an identifier (UUID)",
    "uuid_parsing": "must be an identifier (UUID)",
    "date_type": "must be a date, as YYYY-MM-DD",
    "date_parsing": "must be a real date, as YYYY-MM-DD",
    "date_from_datetime_parsing": "must be a real date, as YYYY-MM-DD",
    "date_from_datetime_inexact": "must be a date with no time, as YYYY-MM-DD",
    "date_future": "must be in the future",
    "date_past": "must be in the past",
    "datetime_type": "must be a time, as YYYY-MM-DDThh:mm:ssZ",
    "datetime_parsing": "must be a real time, as YYYY-MM-DDThh:mm:ssZ",
    "datetime_from_date_parsing": "must be a real time, as YYYY-MM-DDThh:mm:ssZ",
    "timezone_aware": "must say its time zone",
    "greater_than_equal": "is too small",
    "greater_than": "is too small",
    "less_than_equal": "is too large",
    "less_than": "is too large",
    "recursion_loop": "is nested too deeply",
}


def describe_rule(error: dict[str, Any]) -> str:
    """Which rule one of pydantic's errors is about, in words."""
    kind = error["type"]
    if kind in ("literal_error", "enum"):
        return f"must be one of {error.get('ctx', {}).get('expected', 'the known values')}"
    if kind == "value_error":
        # Our own validators, whose words are ours.
        return str(error["msg"]).removeprefix("Value error, ")
    limit = error.get("ctx", {})
    for name in ("min_length", "max_length", "ge", "le", "gt", "lt"):
        if name in limit:
            return f"{_RULES.get(kind, 'is out of range')} (the limit is {limit[name]})"
    return _RULES.get(kind, "is not valid")
