"""What somebody typed into a page's form, and what is wrong with it: nothing is lost on an error."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from mash.errors import Invalid, Refusal
from mash.ids import new_id
from mash.web.concurrency import StaleVersion
from mash.web.idempotency import KeyUsedForAnotherRequest
from mash.web.rules import describe_rule

M = TypeVar("M", bound=BaseModel)

OnceKey = str
MOST_FIELDS = 2000
MOST_FILES = 20
# Whom a case is about, and whatever is written of them, lived between these years.
YEARS = range(1900, 2101)


SENT_BEFORE = (
    "This form was sent before with other words, and what was sent then is kept. See whether it is there, "
    "and send this only if it is something new"
)


class UnreadableForm(Invalid):
    """The form cannot be taken apart, or says no version where it has to."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the field's name (and so its anchor), or none for the whole form."""

    field: str
    text: str


@dataclass
class Form:
    """A form as it was sent, or as it is first shown (``Form.of(name="...")``)."""

    values: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[UploadFile]] = field(default_factory=dict)
    errors: list[Fault] = field(default_factory=list)
    stale: StaleVersion | None = None

    @classmethod
    async def read(cls, request: Request) -> Form:
        """The form in a request's body; raises :class:`UnreadableForm`."""
        kind = request.headers.get("content-type", "").partition(";")[0]
        if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
            raise UnreadableForm("Send the form that is on the page.")
        found = cls()
        sent = await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES)
        for name, value in sent.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    found.files.setdefault(name, []).append(value)
            else:
                found.values.setdefault(name, []).append(_tidy(value))
        return found

    @classmethod
    def of(cls, values: Mapping[str, object] | None = None, **more: object) -> Form:
        """A form to show with these values in it; a list is several values of one name."""
        found = cls()
        for name, value in {**(values or {}), **more}.items():
            several = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
            found.values[name] = ["" if one is None else str(one) for one in several]
        return found

    def text(self, name: str) -> str:
        """The field's text without space around it; empty if it is not there."""
        return (self.values.get(name) or [""])[0].strip()

    def optional(self, name: str) -> str | None:
        """The same, and none where it is empty."""
        return self.text(name) or None

    def all(self, name: str) -> list[str]:
        """Every value of the field that is not empty."""
        return [value.strip() for value in self.values.get(name, ()) if value.strip()]

    def said(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.all(name))

    def whole_number(self, name: str, text: str) -> int | None:
        """The field's whole number; ``text`` is what is said where it is something else."""
        typed = self.text(name)
        if not typed:
            return None
        if re.fullmatch(r"\d{1,9}", typed, re.ASCII):
            return int(typed)
        self.fail(name, text)
        return None

    def day(self, name: str, what: str) -> date | None:
        """The date in ``name-day``, ``name-month`` and ``name-year``; ``what`` is its name in an error."""
        typed = [self.text(f"{name}-{part}") for part in ("day", "month", "year")]
        if not any(typed):
            return None
        missing = [part for part, text in zip(("day", "month", "year"), typed, strict=True) if not text]
        if missing:
            self.fail(name, f"{what} must have a {' and a '.join(missing)}")
            return None
        try:
            found = date(int(typed[2]), int(typed[1]), int(typed[0]))
        except ValueError:
            self.fail(name, f"{what} must be a real date")
            return None
        if found.year not in YEARS:
            self.fail(name, f"{what} must have a year of four figures, such as 2019")
            return None
        return found

    def version(self) -> int:
        """The version that the page was made from; raises :class:`UnreadableForm`."""
        typed = self.text("version")
        if not re.fullmatch(r"\d{1,9}", typed, re.ASCII):
            raise UnreadableForm("The page does not say which version it was made from. Open it again.")
        return int(typed)

    def version_or(self, current: int) -> int:
        """The version that the form is sent with from the page that it comes back on.

        One that comes back for another fault stays on the version that it was made on, for only whoever was
        told what others have changed may go on from the ``current`` one.
        """
        return current if self.stale or not self.text("version") else self.version()

    def once(self) -> OnceKey:
        """The key under which the form counts once however often it is sent (``ui.once`` put it there)."""
        try:
            return str(UUID(self.text("once")))
        except ValueError:
            return str(new_id())

    def fail(self, name: str, text: str) -> None:
        """Say what is wrong with a field; an empty name stands for the form as a whole."""
        if Fault(name, text) not in self.errors:
            self.errors.append(Fault(name, text))

    def error(self, name: str) -> str | None:
        """What is wrong with a field, if anything is."""
        return next((one.text for one in self.errors if one.field == name), None)

    def body(
        self,
        schema: type[M],
        data: Any,
        says: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> M | None:
        """``data`` as the JSON route would take it, or none with the errors kept.

        ``says`` maps a member (``children.0.name``) to the field that it came from, or to ``field: what to
        say``, which stands for all that can be wrong but too many words. Members that it does not name have
        dashes in the place of dots. ``labels`` says what a field is called where nothing else is said.
        """
        try:
            return schema.model_validate(data)
        except ValidationError as error:
            for one in error.errors():
                where = ".".join(str(part) for part in one["loc"])
                name, _, text = (says or {}).get(where, where.replace(".", "-")).partition(": ")
                label = (labels or {}).get(name)
                if one["type"] == "string_too_long":
                    subject = label or ("This" if text else _label(name))
                    text = f"{subject} is too long: {one['ctx']['max_length']} characters at most"
                self.fail(name, text or f"{label or _label(name)} {describe_rule(dict(one))}")
            return None

    def refuse(self, refusal: Refusal, says: Mapping[str, str] | None = None) -> None:
        """Keep why the rules refused the form, at the field where they name one."""
        if isinstance(refusal, StaleVersion):
            self.stale = refusal
        if isinstance(refusal, KeyUsedForAnotherRequest):
            self.values.pop("once", None)
            self.fail("", SENT_BEFORE)
            return
        where = getattr(refusal, "field", None) or ""
        name, _, text = (says or {}).get(where, where.replace(".", "-")).partition(": ")
        self.fail(name, text or refusal.message)


def _tidy(text: str) -> str:
    # What PostgreSQL cannot hold is no word of anybody's; line ends come as the network has them.
    return re.sub(r"[\x00\ud800-\udfff]", "", text).replace("\r\n", "\n")


def _label(name: str) -> str:
    words: Sequence[str] = re.sub(r"[-_.]+", " ", name).split()
    label = " ".join(words) or "This"
    return label[0].upper() + label[1:]
