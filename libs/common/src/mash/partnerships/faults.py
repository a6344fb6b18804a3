"""Where a file of a partnership is wrong, as a file, a line and a reason in plain words."""

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from mash.partnerships.documents import nodes

Step = str | int
REASONS = {
    "missing": "{where} is missing",
    "extra_forbidden": "{where} is not a key that this file may have",
    "string_type": "{where} must be text; put it in quotes",
    "string_pattern_mismatch": "{where} is not in the form that it must have",
    "string_too_short": "{where} is empty",
    "int_type": "{where} must be a whole number",
    "bool_type": "{where} must be true or false",
    "date_from_datetime_parsing": "{where} must be a date such as 2023-06-01",
    "date_type": "{where} must be a date such as 2023-06-01",
    "literal_error": "{where} must be {expected}",
}


class PartnershipFault(Exception):
    """A file that cannot be used. `faults` has a line for each thing that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


def fault(path: Path, line: int, reason: str) -> str:
    return f"{path}, line {line}: {reason}"


def describe(path: Path, text: str, error: ValidationError) -> list[str]:
    """One line for each thing that the check of a file's content found."""
    root = nodes(text)
    return [
        fault(
            path,
            line_of(root, detail["loc"]),
            _reason(detail["type"], detail["loc"], detail["msg"], detail.get("ctx")),
        )
        for detail in error.errors(include_url=False, include_input=False)
    ]


def line_of(root: yaml.Node | None, steps: Sequence[Step]) -> int:
    """The line of the deepest part of the file that the steps lead to.

    A step that the file does not have is passed over: it is a missing key, or the name of an alternative.
    """
    node, line = root, 1
    for step in steps:
        found = _child(node, step)
        if found is not None:
            line, node = found
    return line


def _child(node: yaml.Node | None, step: Step) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    return None


def _reason(kind: str, steps: Sequence[Step], message: str, context: dict[str, object] | None) -> str:
    where = ".".join(str(step) for step in steps if step != "[key]") or "the file"
    if kind in REASONS:
        return REASONS[kind].format(where=where, **(context or {}))
    return f"{where}: {message.removeprefix('Value error, ')}"
