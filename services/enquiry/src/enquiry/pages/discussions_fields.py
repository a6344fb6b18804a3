"""The fields of the forms of strategy discussions: who attends, when, and what was agreed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mash.calendar import read_time
from mash.errors import Invalid
from mash.partnerships import Partnership
from mash.web.pages import Form

from enquiry.domain.discussions import Attendant

SAYS = {
    "reason": "reason: Write why",
    "rationale": "rationale: Write why it was decided so",
    "attend": "attend: Choose who must attend",
    "attended": "attended: Choose who attended",
    "outcome": "outcome: Choose what was decided",
    "held_at": "held: Say when it was held",
    "conduct": "conduct",
}
# The least that a strategy discussion is held with, beside the social worker and their manager.
USUALLY = ("police", "health")
# What stands for somebody whose role is not known when they are asked to come.
ANY_ROLE = "Somebody who can decide for the agency"
FIRST_ROWS, MOST_ROWS = 3, 50


def first_form(partnership: Partnership) -> Form:
    """The form that asks for a discussion, with those chosen who usually must be there."""
    return Form.of({"attend": [name for name in USUALLY if name in partnership.agencies]})


Said = dict[str, str | None]


def attend_said(form: Form) -> list[Said]:
    """Who must attend: the agencies that are ticked, and others by their role, one a line."""
    agencies: list[Said] = [
        {"role": form.text(f"role-{name}") or ANY_ROLE, "agency": name} for name in form.all("attend")
    ]
    return [*agencies, *_others(form)]


def attended_said(form: Form, invited: Sequence[Attendant]) -> list[Said]:
    """Who attended: those of the invited that are ticked, and others by their role."""
    ticked = set(form.all("attended"))
    came = [
        {"role": one.role, "agency": one.agency}
        for number, one in enumerate(invited)
        if str(number) in ticked
    ]
    return [*came, *_others(form)]


def _others(form: Form) -> list[Said]:
    lines = (line.strip() for line in form.text("others").splitlines())
    return [{"role": line, "agency": None} for line in lines if line]


def asked_members(form: Form) -> dict[str, str]:
    """The field that each member of what is asked came from, as ``Form.body`` takes it."""
    roles = [*(f"role-{agency}" for agency in form.all("attend")), *("others" for _ in _others(form))]
    return SAYS | {f"attend.{number}.role": field for number, field in enumerate(roles)}


def result_members(form: Form, attended: Sequence[Said]) -> dict[str, str]:
    """The same of the result. The roles of the invited were taken before, so only others can be wrong."""
    roles = {f"attended.{number}.role": "others" for number, _ in enumerate(attended)}
    complete = [row for row in range(rows_of(form)) if form.text(f"what-{row}") and form.text(f"who-{row}")]
    actions = {
        f"actions.{number}.{name}": f"{name}-{row}"
        for number, row in enumerate(complete)
        for name in ("what", "who")
    }
    return SAYS | roles | actions


def labels_of(form: Form) -> dict[str, str]:
    """What those fields are called in an error."""
    roles = dict.fromkeys([f"role-{agency}" for agency in form.all("attend")], "Who from the agency")
    rows = range(rows_of(form))
    actions = {f"{name}-{row}": f"Action {row + 1}: {name}" for row in rows for name in ("what", "who")}
    return {"others": "One of the other roles", **roles, **actions}


def rows_of(form: Form | None) -> int:
    """How many rows for actions there are: one more where another was asked for."""
    if form is None:
        return FIRST_ROWS
    rows = form.whole_number("rows", "The number of rows must be a number") or FIRST_ROWS
    return min(rows + bool(form.said("more")), MOST_ROWS)


def actions_said(form: Form) -> list[dict[str, Any]]:
    """What was agreed, row by row. An empty row is none, a row half filled in is a fault."""
    found = []
    for row in range(rows_of(form)):
        what, who = form.text(f"what-{row}"), form.text(f"who-{row}")
        due_on = form.day(f"due-{row}", "By when")
        if not (what or who or due_on):
            continue
        if not what:
            form.fail(f"what-{row}", "Write what is to be done")
        if not who:
            form.fail(f"who-{row}", "Write who is to do it")
        if what and who:
            found.append({"what": what, "who": who, "due_on": due_on})
    return found


def time_said(form: Form, name: str, what: str) -> datetime | None:
    """The day and the time of day in ``name`` and ``name-time``, by London's clock."""
    day, typed = form.day(name, what), form.text(f"{name}-time")
    if day is None and not typed:
        return None
    clock = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", typed, re.ASCII)
    if clock is None:
        form.fail(f"{name}-time", f"{what} needs a time of day, such as 14:30")
    if day is None:
        if not form.error(name):
            form.fail(name, f"{what} needs a day")
        return None
    try:
        return read_time(f"{day}T{int(clock[1]):02}:{clock[2]}")[0] if clock else None
    except Invalid:
        form.fail(name, f"{what} must lie within the years 1900 to 2100")
        return None
