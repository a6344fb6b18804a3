"""What people wrote, and who they are, is encrypted in the stores; every other column is known to hold none.

A column that is neither sealed nor listed here fails. Whoever adds one asks whether it can hold a name, an
address, a date of birth or anything in somebody's own words: if so it is `Sealed`, and if not it goes on the
list with what it holds.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from mash.db.tables import Sealed
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from support.architecture import ALL_SERVICES
from support.deployment import package_of

CODE, PERSON, DIGEST, IDS = "a code of ours", "an id at the sign-in", "a keyed or chained digest", "ids"
PARTNERSHIP, AGENCY, FIELDS = "a partnership", "an agency", "names of fields"

# Columns that hold the same wherever there is one of that name.
BY_NAME = {
    **dict.fromkeys(["partnership"], PARTNERSHIP),
    **dict.fromkeys(["agency", "agencies", "receiver_agency"], AGENCY),
    **dict.fromkeys(["reference"], "a reference that says nothing"),
    **dict.fromkeys(["hash", "digest", "fingerprint", "identity", "body_digest", "counted_by"], DIGEST),
    **dict.fromkeys(["by", "sent_by", "made_by", "added_by", "changed_by", "decided_by"], PERSON),
    **dict.fromkeys(["asked_by", "ended_by", "placed_by", "paused_by", "resumed_by", "raised_by"], PERSON),
    **dict.fromkeys(["reviewed_by", "answered_by", "done_by", "imported_by", "worker", "managers"], PERSON),
    **dict.fromkeys(["rated_by", "taken_by"], PERSON),
    **dict.fromkeys(["rating", "first_rating", "final_rating", "recommended_rating"], CODE),
    **dict.fromkeys(["rating_before", "rating_after", "grade"], CODE),
    **dict.fromkeys(["pathway", "recommended_pathway", "outcome", "outcomes", "services"], CODE),
    **dict.fromkeys(["kind", "channel", "state", "status", "purpose", "stage", "decision", "conduct"], CODE),
    **dict.fromkeys(["source_code", "referrer_kind", "receiver_kind", "challenger_kind", "action"], CODE),
    **dict.fromkeys(["result", "enquiry_state", "enquiry_outcome", "decision_kind", "relation"], CODE),
    **dict.fromkeys(["closed_because", "ended_because", "refused_because", "left_because", "because"], CODE),
    **dict.fromkeys(["indicator", "concerns", "told", "means", "told_how", "how", "role"], CODE),
    **dict.fromkeys(
        ["rule", "exemption", "tool", "threshold_version", "version", "media_type", "lawful_basis", "ready"],
        CODE,
    ),
    **dict.fromkeys(["event", "events", "consumer", "stream", "service", "origin", "item"], CODE),
    **dict.fromkeys(["traceparent", "jws"], "a trace's id, or a signature over ids and digests"),
    **dict.fromkeys(["missing", "fields"], FIELDS),
}
# Columns whose name could be that of words.
ONE_BY_ONE = {
    "access_decision.item": "the id of what is held",
    "addition.facts": "whether there is danger, and codes of concerns",
    "answer.answer": CODE,
    "audit.detail": "ids and names of fields; tests/boundary searches it",
    "audit.subject": PERSON,
    "case_person.subject": PERSON,
    "dead_letter.payload": "a thin event, or a message sealed to one agency's key",
    "dead_letter.reason": "the name of a fault",
    "dead_letter.subject": "a subject of the bus",
    "decision.standings": "how each request stood, in codes and times",
    "delivery.body": "ids; the system asks for the words",
    "disagreement.about": CODE,
    "disagreement_stage.owner": "a post, from the partnership's profile",
    "disagreement_stage.title": "the name of a stage, from the partnership's profile",
    "draft.subject": PERSON,
    "event_log.data": "a thin event",
    "event_log.type": CODE,
    "idempotency.answer": "ids, codes and times: no words are kept for a repeat",
    "idempotency.key": "what the caller made up to tell its requests apart",
    "idempotency.subject": PERSON,
    "lado_person.subject": PERSON,
    "ledger.caveat": CODE,
    "ledger.reason": CODE,
    "ledger.receiver": "the role or body that was given something, which outlives the case",
    "ledger.record_id": "the agency's own number of a record",
    "ledger.source": "the agency's system that it came from, which outlives the case",
    "match.reasons": "codes of ours for why two people are alike",
    "notification.cause": IDS,
    "notification.reason": "the name of a fault",
    "outbox.payload": "a thin event, or a message sealed to one agency's key",
    "outbox.subject": "a subject of the bus",
    "record.match_keys": DIGEST,
    "record.record_id": "the agency's own number of a record",
    "release.items": "which items may go, in ids and codes",
    "release_item.caveat": CODE,
    "request.answer": CODE,
    "request.questions": "the partnership's own questions, which name nobody",
    "restriction.why": CODE,
    "returned.answer": CODE,
    "screening.shown": "the level, rating and pathway that were shown, and to whom",
    "staff_key.subject": PERSON,
    "staff_register.subject": PERSON,
    "subscription.address": "the address of the agency's own system",
    "suggestion_answer.answer": CODE,
    "task.subject": PERSON,
    "timer.key": IDS,
    "timer.payload": "ids, codes and times",
}
BEARING = (sa.String, sa.LargeBinary, JSONB)


def tables(service: str) -> list[sa.Table]:
    metadata: sa.MetaData = importlib.import_module(f"{package_of(service)}.store.tables").metadata
    return list(metadata.tables.values())


def bearing(service: str) -> Iterator[sa.Column[object]]:
    """The columns that could hold words, and are not sealed."""
    for table in tables(service):
        for column in table.c:
            held = column.type.item_type if isinstance(column.type, ARRAY) else column.type
            if isinstance(held, BEARING) and not isinstance(held, Sealed):
                yield column


def name_of(column: sa.Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


@pytest.mark.requirement("SEAL-04")
@pytest.mark.parametrize("service", ALL_SERVICES)
def test_every_column_is_sealed_or_known_to_hold_no_words(service: str) -> None:
    unknown = [
        name_of(one) for one in bearing(service) if name_of(one) not in ONE_BY_ONE and one.name not in BY_NAME
    ]
    assert not unknown, (
        f"{unknown}: can it hold a name, an address, or what somebody wrote? Then make it `Sealed`, and name "
        "its case in the `info` of the table. If not, list it here with what it holds."
    )


@pytest.mark.parametrize("service", ALL_SERVICES)
def test_every_table_of_words_says_whose_they_are(service: str) -> None:
    sealed = [table for table in tables(service) if any(isinstance(c.type, Sealed) for c in table.c)]
    homeless = [table.name for table in sealed if str(table.info.get("case")) not in table.c]
    assert not homeless, f"{homeless}: set `info` to the column of the case, whose key the words are under."
    assert bool(sealed) is (service != "reporting")


def test_the_list_names_no_column_that_is_gone() -> None:
    there = {name_of(column) for service in ALL_SERVICES for column in bearing(service)}
    names = {name.split(".")[1] for name in there}
    assert not (gone := (ONE_BY_ONE.keys() - there) | (BY_NAME.keys() - names)), f"{sorted(gone)} are gone."
