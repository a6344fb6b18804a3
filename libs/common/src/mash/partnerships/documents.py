"""Reads YAML, by the quick parser where there is one."""

from collections.abc import Hashable
from typing import Any

import yaml

_Quickest: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Quickest):  # type: ignore[misc]
    """Refuses a key that is given twice, of which YAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} is given twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


def parse(text: str) -> object:
    """The content of a YAML text. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506, it is the safe loader with one more check


def nodes(text: str) -> yaml.Node | None:
    """The same content with the place of each part in the text."""
    root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return root
