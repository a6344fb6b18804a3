"""Why a person must look: whatever important could not be read with confidence, said in words."""

from __future__ import annotations

import re
from datetime import date

from intake.reading.dates import age_on
from intake.reading.drafts import Draft
from intake.reading.model import Case
from intake.reading.tellings import Reading, Telling, all_mails
from intake.reading.transport import Mail

_UNCERTAIN_LETTERS = re.compile("[^\x00-\x7f\u2018-\u201d\u2013\u2014\u00a3\u2026\u2022\u00a0]")
_NEEDS_NO_STORY = {"court", "update", "transfer-in", "private-fostering"}
_SHORTEST_STORY_WORDS = 40


def doubts_of_case(case: Case, reading: Reading) -> list[str]:
    """What is doubtful in the facts of one case."""
    doubts = sorted(set(reading.people.faults))
    if case.kind == "update":
        doubts.append("an update to be put with its contact")
    if not any(child.given or child.family or child.unborn or child.nhs_number for child in case.children):
        doubts.append("no child is named")
    if (
        not case.concerns
        and case.kind not in _NEEDS_NO_STORY
        and len(reading.text.split()) < _SHORTEST_STORY_WORDS
    ):
        doubts.append("no concern is told in words that were understood")
    if any(_ages_differ(draft, reading.today) for draft in reading.people.children(reading.today)):
        doubts.append("an age and a date of birth that do not agree")
    return doubts


def _ages_differ(draft: Draft, today: date | None) -> bool:
    return bool(
        draft.dob and today and draft.age is not None and abs(age_on(draft.dob, today) - draft.age) > 1
    )


def doubts_of_message(mail: Mail, telling: Telling) -> list[str]:
    """What is doubtful in the message itself: parts that were not read, guessed letters, nothing there."""
    doubts = [f"a part was not read: {part.reason}" for each in all_mails(mail) for part in each.unread]
    if any(document.guessed and _UNCERTAIN_LETTERS.search(document.text) for document in telling.documents):
        doubts.append("letters whose writing had to be guessed")
    if not telling.reading.text.strip():
        doubts.append("the message is empty")
    return doubts
