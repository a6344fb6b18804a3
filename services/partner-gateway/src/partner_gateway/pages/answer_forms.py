"""The form of an answer: its fields, read into the body that the JSON route takes, and filled from records.

Items and what is kept back are numbered: ``items`` holds the numbers there are, ``item-3-text`` is the text
of number 3. Numbers are not used again, so that taking one away moves no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mash.contracts.enquiry import Answer as AnswerName
from mash.web.pages import Form

from partner_gateway.api.bodies import AnswerBody
from partner_gateway.domain.answers import OwnRecord

SEARCHING: Final = frozenset({"information", "nil"})
_ITEM: Final = ("record_id", "text", "source", "about", "lawful_basis", "rationale", "caveat")
_KEPT_BACK: Final = ("record_id", "reason", "explanation")
_NOT_TYPED: Final = frozenset({"version", "once", "do", "kind"})

_SAYS: Final = {
    "searched": "systems: Say what was searched; without it nobody can weigh it",
    "searched.systems": "systems: Name each system that was searched",
    "searched.identifiers": "identifiers: Tick by what you searched",
    "searched.period_from": "period_from: Enter the first day of the time that you searched",
    "searched.period_to": "period_to: Enter the last day of the time that you searched",
    "searched.source_fresh_on": "source_fresh_on: Enter the day on which the source was last up to date",
    "refused_because": "refused_because: Choose which of the reasons there is to refuse",
    "refused_explanation": "refused_explanation: Write what the other reason is",
}
_SAYS_OF_ITEM: Final = {
    "text": "Write what is to be shared in item {}",
    "source": "Say where item {} comes from",
    "recorded_on": "Enter the day on which item {} was recorded",
    "lawful_basis": "Choose the lawful basis for item {}",
    "caveat": "Choose the caveat on item {}",
    "rationale": "Say why it is necessary, proportionate and relevant to share item {}: it goes without "
    "agreement",
}
_CALLED: Final = {
    "systems": "The name of a system that was searched",
    "reason": "What the hub is told",
    "refused_explanation": "What lies behind it",
}
_CALLED_OF_ITEM: Final = {
    "text": "What is to be shared in item {}",
    "source": "Where item {} comes from",
    "about": "Whom item {} is about",
    "rationale": "Why it is necessary to share item {}",
}
_CALLED_OF_KEPT_BACK: Final = {
    "record_id": "The number of the record in kept back {}",
    "explanation": "What lies behind kept back {}",
}


@dataclass(frozen=True)
class Found:
    """A record of another system of the agency's, as a search showed it: the gateway keeps no copy."""

    record_id: str
    text: str
    source: str
    about: str
    recorded_on: date | None


def numbers(form: Form, list_name: str) -> list[int]:
    """The numbers of the items, or of what is kept back, that the form has."""
    return list(dict.fromkeys(int(one) for one in form.all(list_name) if one.isascii() and one.isdigit()))


def read_answer(form: Form, kind: AnswerName, today: date) -> AnswerBody | None:
    """The body of an answer, or none with what is wrong in ``form``."""
    data: dict[str, Any] = {"answer": kind, "reason": form.text("reason")}
    if kind == "information":
        data["items"] = [_item(form, number, today) for number in numbers(form, "items")]
    if kind in SEARCHING:
        data["searched"] = _searched(form, today)
    if kind in ("information", "refused"):
        data["withheld"] = [_kept_back(form, number) for number in numbers(form, "held")]
    if kind == "refused":
        data["refused_because"] = form.optional("refused_because")
        data["refused_explanation"] = form.text("refused_explanation")
    for place, number in enumerate(numbers(form, "items") if kind == "information" else []):
        # Left empty, it would be the whole text of the record that it was chosen from.
        if not form.text(f"item-{number}-text"):
            form.fail(f"item-{number}-text", _SAYS_OF_ITEM["text"].format(place + 1))
    body = form.body(AnswerBody, data, says(form, kind), _labels(form))
    return None if form.errors else body


def says(form: Form, kind: AnswerName) -> dict[str, str]:
    """Where each fault of the body is in the form, and what is said there."""
    if kind == "not_covered":
        return {"reason": "reason: Write why it is not ours to answer"}
    told = dict(_SAYS)
    for place in range(len(_systems(form))):
        told[f"searched.systems.{place}"] = "systems"
    for place, number in enumerate(numbers(form, "items")):
        for name in (*_ITEM, "recorded_on"):
            text = _SAYS_OF_ITEM.get(name, "").format(place + 1)
            told[f"items.{place}.{name}"] = f"item-{number}-{name}" + (f": {text}" if text else "")
    for place, number in enumerate(numbers(form, "held")):
        told[f"withheld.{place}.reason"] = f"held-{number}-reason: Choose why it is kept back"
        told[f"withheld.{place}.explanation"] = f"held-{number}-explanation: Write why it is kept back"
        told[f"withheld.{place}.record_id"] = f"held-{number}-record_id"
    return told


def _labels(form: Form) -> dict[str, str]:
    """What each field is called where it is too long."""
    called = dict(_CALLED)
    for prefix, list_name, names in (
        ("item", "items", _CALLED_OF_ITEM),
        ("held", "held", _CALLED_OF_KEPT_BACK),
    ):
        for place, number in enumerate(numbers(form, list_name), start=1):
            called |= {f"{prefix}-{number}-{name}": text.format(place) for name, text in names.items()}
    return called


def places(form: Form, kind: AnswerName) -> dict[str, str]:
    """The same for what the rules refuse, which they say in words of their own."""
    return {where: told.partition(": ")[0] for where, told in says(form, kind).items()}


def kept(before: Mapping[str, Sequence[str]], form: Form, kind: AnswerName) -> dict[str, list[str]]:
    """What to keep of a form beside what was typed for another way to answer."""
    typed = {name: values for name, values in form.values.items() if name not in _NOT_TYPED}
    unticked: dict[str, list[str]] = {"identifiers": []} if kind in SEARCHING else {}
    if kind == "information":
        unticked["items"] = []
    if kind in ("information", "refused"):
        unticked["held"] = []
    return {**{name: list(values) for name, values in before.items()}, **unticked, **typed}


def add_item(form: Form, record: OwnRecord | Found | None = None, record_id: str = "") -> int:
    """Put another item in the form: empty, or as a record has it. Return its number."""
    if record_id and (there := _holding(form, "items", "item", record_id)) is not None:
        return there
    number = _next(form, "items")
    form.values.setdefault("items", []).append(str(number))
    if record is not None:
        _put(form, f"item-{number}-record_id", record_id)
        _put(form, f"item-{number}-text", record.text)
        _put(form, f"item-{number}-source", record.source)
        _put(form, f"item-{number}-about", record.about or "")
        if record.recorded_on:
            put_day(form, f"item-{number}-recorded_on", record.recorded_on)
    return number


def keep_back(form: Form, record_id: str = "") -> int:
    """Put another thing that is kept back in the form. Return its number."""
    if record_id and (there := _holding(form, "held", "held", record_id)) is not None:
        return there
    number = _next(form, "held")
    form.values.setdefault("held", []).append(str(number))
    _put(form, f"held-{number}-record_id", record_id)
    return number


def take_away(form: Form, list_name: str, number: int) -> None:
    """Take an item, or something kept back, out of the form."""
    left = [one for one in numbers(form, list_name) if one != number]
    form.values[list_name] = [str(one) for one in left]
    prefix = f"{'item' if list_name == 'items' else 'held'}-{number}-"
    for name in [name for name in form.values if name.startswith(prefix)]:
        del form.values[name]


def put_day(form: Form, name: str, on: date) -> None:
    """Fill a date's three boxes."""
    for part in ("day", "month", "year"):
        _put(form, f"{name}-{part}", str(getattr(on, part)))


def _holding(form: Form, list_name: str, prefix: str, record_id: str) -> int | None:
    there = (n for n in numbers(form, list_name) if form.text(f"{prefix}-{n}-record_id") == record_id)
    return next(there, None)


def _next(form: Form, list_name: str) -> int:
    return max(numbers(form, list_name), default=-1) + 1


def _put(form: Form, name: str, value: str) -> None:
    form.values[name] = [value]


def _item(form: Form, number: int, today: date) -> dict[str, Any]:
    item: dict[str, Any] = {name: form.optional(f"item-{number}-{name}") for name in _ITEM}
    item["rationale"] = item["rationale"] or ""
    item["recorded_on"] = _day(form, f"item-{number}-recorded_on", "The day it was recorded", today)
    return item


def _kept_back(form: Form, number: int) -> dict[str, Any]:
    held: dict[str, Any] = {name: form.optional(f"held-{number}-{name}") for name in _KEPT_BACK}
    return held | {"explanation": held["explanation"] or ""}


def _searched(form: Form, today: date) -> dict[str, Any]:
    return {
        "systems": _systems(form),
        "identifiers": form.all("identifiers"),
        "period_from": _day(form, "period_from", "The first day", today),
        "period_to": _day(form, "period_to", "The last day", today),
        "source_fresh_on": _day(form, "source_fresh_on", "The day it was last up to date", today),
    }


def _systems(form: Form) -> list[str]:
    return [line.strip() for line in form.text("systems").splitlines() if line.strip()]


def _day(form: Form, name: str, what: str, today: date) -> date | None:
    """The date typed; where it is none any date will do, as the form says what is wrong already."""
    return form.day(name, what) or (today if form.error(name) else None)
