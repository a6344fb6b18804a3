"""Reads YAML quickly, and finds the line of a fault, which only a slower parser tells."""

from collections.abc import Hashable
from typing import Any

import ryaml
import yaml

_Marked: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Marked):  # type: ignore[misc]
    """Refuses a key that is given twice, of which YAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} is given twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


def parse(text: str) -> object:
    """The content of a YAML 1.2 text: a date is text, and so is a bare yes. Raises `yaml.YAMLError`."""
    try:
        return ryaml.loads(text)
    except ryaml.InvalidYamlError as error:
        yaml.load(text, Loader=_Loader)  # noqa: S506, it is the safe loader, and is to raise with the line
        raise yaml.YAMLError(str(error)) from None


def nodes(text: str) -> yaml.Node | None:
    """The same content with the place of each part in the text, as far as it can be told."""
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        return None
    return root
