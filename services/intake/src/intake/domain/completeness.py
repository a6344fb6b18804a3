"""What a good referral holds and this one does not: named, and never a reason to hold a contact up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from intake.domain.dates import is_unborn

# A baby not yet born has none of these to tell.
NOT_ASKED_OF_UNBORN = frozenset(
    {"given", "family", "sex", "ethnicity", "nhs_number", "nhs_number_missing_reason", "school"}
)
_EACH_CHILD = "children.*."


class Item(Protocol):
    """One entry of a partnership's list; `mash.partnerships` describes how its paths are read."""

    @property
    def label(self) -> str: ...
    @property
    def paths(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Missing:
    """Something wanted: its identifier in the partnership's list, and its name in words."""

    id: str
    label: str


CONSENT_RATIONALE = Missing("consent_rationale", "why the family was not told")
CONSENT_DECIDED_BY = Missing("consent_decided_by", "who decided that the family was not told")


def what_is_missing(
    document: Mapping[str, Any], items: Mapping[str, Item], rationale_needed: frozenset[str]
) -> list[Missing]:
    """Return what is wanted, in the order of the list; then the reasons for not telling the family.

    ``rationale_needed`` are the ways of telling, or not telling, that want a written reason.
    """
    wanted = [Missing(id, item.label) for id, item in items.items() if not _holds(document, item.paths)]
    return [*wanted, *_consent_gaps(document.get("consent", {}), rationale_needed)]


def _consent_gaps(consent: Mapping[str, Any], rationale_needed: frozenset[str]) -> Iterator[Missing]:
    if consent.get("told") in rationale_needed:
        if not consent.get("rationale"):
            yield CONSENT_RATIONALE
        if not consent.get("decided_by"):
            yield CONSENT_DECIDED_BY


def _holds(document: Mapping[str, Any], paths: Sequence[str]) -> bool:
    of_each_child = [path.removeprefix(_EACH_CHILD) for path in paths if path.startswith(_EACH_CHILD)]
    others = [path for path in paths if not path.startswith(_EACH_CHILD)]
    if any(_is_filled(document, path.split(".")) for path in others):
        return True
    children = document.get("children", ())
    return bool(of_each_child and children) and all(_child_holds(child, of_each_child) for child in children)


def _child_holds(child: Mapping[str, Any], names: Sequence[str]) -> bool:
    asked = [name for name in names if not (is_unborn(child) and name in NOT_ASKED_OF_UNBORN)]
    return not asked or any(_is_filled(child, name.split(".")) for name in asked)


def _is_filled(value: Any, steps: Sequence[str]) -> bool:
    if not steps:
        return value not in (None, "", [], {})
    if steps[0] == "*":
        return isinstance(value, list) and any(_is_filled(entry, steps[1:]) for entry in value)
    return isinstance(value, Mapping) and _is_filled(value.get(steps[0]), steps[1:])


def labels(missing: Sequence[str], items: Mapping[str, Item]) -> list[Missing]:
    """Return what is missing with its names in words; what is no longer listed goes by its identifier."""
    names = {id: item.label for id, item in items.items()}
    names |= {item.id: item.label for item in (CONSENT_RATIONALE, CONSENT_DECIDED_BY)}
    return [Missing(id, names.get(id, id.replace("_", " "))) for id in missing]
