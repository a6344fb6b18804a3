"""Makes one person of what is said of them in several places, and notes where the tellings disagree."""

from __future__ import annotations

from intake.reading.drafts import NEVER_CHILDREN, Draft, People
from intake.reading.names import Name, is_same


def merge_people(people: People) -> None:
    """One person told of twice becomes one; two dates of birth for one name are a conflict that is kept."""
    kept: list[Draft] = []
    for draft in people.drafts:
        if draft.is_empty:
            continue
        twin = next((other for other in kept if _are_one(other, draft)), None)
        if twin is None:
            kept.append(draft)
            continue
        if twin.dob and draft.dob and twin.dob != draft.dob:
            people.faults.append("two dates of birth for one child")
        if twin.nhs and draft.nhs and twin.nhs != draft.nhs:
            people.faults.append("two NHS numbers for one child")
        merge_into(twin, draft)
    people.drafts = _without_strays(kept, people)


def _are_one(one: Draft, other: Draft) -> bool:
    if one.unborn and other.unborn:
        return one.edd == other.edd or one.edd is None or other.edd is None
    if one.nhs and one.nhs == other.nhs:
        return True
    if one.dob and other.dob and one.dob != other.dob and not (one.name.given and other.name.given):
        return False
    if {one.owner, other.owner} == {"child", "adult"} and not (one.name.given and other.name.given):
        return False
    if one.name.is_known and other.name.is_known:
        return is_same(one.name, other.name) and not _are_twins_apart(one, other)
    return False


def _are_twins_apart(one: Draft, other: Draft) -> bool:
    """A parent and child of one name: the dates of birth are a generation apart."""
    return bool(one.dob and other.dob and abs((one.dob - other.dob).days) > 14 * 365)


def _without_strays(drafts: list[Draft], people: People) -> list[Draft]:
    """Drops people with a date and no name when somebody is named, and says so."""
    named = [draft for draft in drafts if draft.name.is_known or draft.unborn]
    strays = [
        draft
        for draft in drafts
        if draft not in named and draft.dob and draft.owner not in NEVER_CHILDREN | {"adult"}
    ]
    if named and strays and any(draft.owner in {None, "subject", "child"} for draft in strays):
        people.faults.append("a date of birth with no name to it")
    return named or drafts


def merge_into(draft: Draft, other: Draft, *, replace_name: bool = False) -> None:
    """Adds what another telling of the same person says and this one does not."""
    if replace_name or not draft.name.is_known:
        draft.name = other.name
    elif is_same(draft.name, other.name):
        given = max(draft.name.given, other.name.given, key=_length)
        draft.name = Name(given, draft.name.family or other.name.family)
    for fact in ("dob", "edd", "age", "sex", "nhs", "owner", "word"):
        if getattr(draft, fact) is None:
            setattr(draft, fact, getattr(other, fact))
    draft.role = draft.role or other.role
    draft.unborn = draft.unborn or other.unborn
    draft.faults.extend(other.faults)
    draft.facts |= other.facts
    for fact, words in other.words.items():
        draft.words.setdefault(fact, words)


def _length(text: str | None) -> int:
    return len(text or "")
