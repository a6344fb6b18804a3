"""The contracts, and the documents made from them."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest
from mash.contracts import BY_TYPE, EVENTS, Envelope, Event
from mash.contracts.published import documents
from mash.ids import utc_now

KEPT = Path(__file__).parents[2] / "docs" / "events"

# What an event may be made of: ids, classifications, counts, times. A member of another name is looked at
# by a person before it is added here.
THIN = re.compile(
    r"(_id|_at|_count|_kind|_code|_version|_rating|_pathway)$|^(partnership|reference|channel|kind|rating|level|"
    r"pathway|outcome|grade|agency|agencies|services|concerns|missing|silent|unborn|differs|fast_track_alongside|"
    r"reason|answer|purpose|in_time|worker|because|about|stage|result|may_write|needs_person|out_of_hours|"
    r"immediate_danger|restricted|named|own|by|service|seq|hash|jws|rule|at)$"
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
class TestEveryEvent:
    def test_has_an_example_that_keeps_its_schema(self, event: type[Event]) -> None:
        jsonschema.validate(event.example, event.model_json_schema())
        assert (
            event.model_validate(event.example).model_dump(mode="json", exclude_unset=True) == event.example
        )

    def test_survives_its_envelope(self, event: type[Event]) -> None:
        sent = event.model_validate(event.example)
        envelope = Envelope.wrap(sent, id=uuid4(), at=utc_now())
        read = Envelope.model_validate_json(envelope.model_dump_json())
        assert BY_TYPE[read.type].model_validate(read.data) == sent

    @pytest.mark.requirement("SEAL-04")
    def test_is_thin(self, event: type[Event]) -> None:
        assert [name for name in event.model_fields if not THIN.search(name)] == []


def test_no_two_events_share_a_subject() -> None:
    assert len({event.subject_filter() for event in EVENTS}) == len(EVENTS)


def test_the_documents_are_as_the_contracts_are() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in KEPT.iterdir()}
    assert kept == documents(), "the contracts have changed: run `make contracts` and look at the difference"
