"""Suggestions from a contact's words: seen, accepted, refused, and never counted before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from factories.screening import Desk
from screening.store.tables import suggested, suggestion_answer
from screening.usecases.suggesting import MOST_READ

WORDS = "Robin said dad punched him in the stomach last night and there is a big bruise on his back."


async def suggestions(desk: Desk, contact_id: UUID) -> list[dict[str, Any]]:
    answer = await desk.get(f"/{contact_id}/suggestions", role="contact_officer")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["suggestions"]
    assert found
    return found


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.intake.words = WORDS
    return desk


@pytest.mark.requirement("SCR-13")
async def test_a_suggestion_shows_the_words_that_it_comes_from(desk: Desk) -> None:
    found = await suggestions(desk, await desk.receive())

    for one in found:
        assert one["why"]
        assert one["answer"] is None
        for words in one["evidence"]:
            assert WORDS[words["start"] : words["end"]] == words["text"]


@pytest.mark.requirement("SCR-13")
async def test_a_suggestion_counts_for_nothing_until_it_is_accepted(desk: Desk) -> None:
    contact_id = await desk.receive()
    (first, *_) = await suggestions(desk, contact_id)
    before = (await desk.get(f"/{contact_id}/recommendation")).json()
    assert before["level"] == 1

    accepted = await desk.change(contact_id, "suggestions", {"accepted": [first["id"]]})

    assert accepted.json()["findings"]["indicators"] == [first["id"]]
    after = (await desk.get(f"/{contact_id}/recommendation")).json()
    assert after["level"] == first["level"] > 1


@pytest.mark.requirement("SCR-13")
async def test_what_was_accepted_and_refused_is_kept_with_who_and_when(desk: Desk) -> None:
    contact_id = await desk.receive()
    (first, *_) = await suggestions(desk, contact_id)

    await desk.change(contact_id, "suggestions", {"accepted": [first["id"]]}, role="contact_officer")
    refused = await desk.change(contact_id, "suggestions", {"refused": [first["id"]]})

    assert refused.json()["findings"]["indicators"] == []
    (shown, *_) = await suggestions(desk, contact_id)
    assert (shown["id"], shown["answer"], shown["answered_by"]) == (first["id"], "refused", "manager")
    async with desk.hub.engine.connect() as connection:
        kept = (await connection.execute(sa.select(suggestion_answer))).mappings().all()
    assert [(one["answer"], one["by"]) for one in kept] == [
        ("accepted", "officer"),
        ("refused", "manager"),
    ]


async def test_a_refusal_leaves_what_was_found_by_other_means(desk: Desk) -> None:
    contact_id = await desk.receive()
    (first, *_) = await suggestions(desk, contact_id)
    await desk.change(contact_id, "findings", {"indicators": [first["id"]]})

    refused = await desk.change(contact_id, "suggestions", {"refused": [first["id"]]})

    assert refused.json()["findings"]["indicators"] == [first["id"]]


async def test_the_words_stay_with_intake(desk: Desk) -> None:
    contact_id = await desk.receive()
    (first, *_) = await suggestions(desk, contact_id)
    await desk.change(contact_id, "suggestions", {"accepted": [first["id"]]})

    async with desk.hub.engine.connect() as connection:
        kept = [
            *(await connection.execute(sa.select(suggested))).all(),
            *(await connection.execute(sa.select(suggestion_answer))).all(),
        ]
    assert kept
    assert "bruise" not in str(kept)
    assert "punched" not in str(kept)


async def test_what_was_not_suggested_is_refused_by_name(desk: Desk) -> None:
    contact_id = await desk.receive()
    unseen = await desk.change(contact_id, "suggestions", {"accepted": ["hav.health.2.01"]})
    await suggestions(desk, contact_id)

    unknown = await desk.change(contact_id, "suggestions", {"accepted": ["hav.housing.9.99"]})
    nothing = await desk.change(contact_id, "suggestions", {})

    assert unseen.status_code == 409
    assert unknown.status_code == 422
    assert "hav.housing.9.99" in unknown.json()["detail"]
    assert nothing.status_code == 422


async def test_of_a_text_without_end_it_is_said_how_much_was_not_read(desk: Desk) -> None:
    contact_id = await desk.receive()
    desk.intake.words = "The weather was fine. " * 6000 + WORDS
    answer = (await desk.get(f"/{contact_id}/suggestions")).json()
    assert (answer["suggestions"], answer["unread"]) == ([], len(desk.intake.words) - MOST_READ)

    desk.intake.words = WORDS
    assert (await desk.get(f"/{contact_id}/suggestions")).json()["unread"] == 0


async def test_suggestions_say_so_when_intake_does_not_answer(desk: Desk) -> None:
    contact_id = await desk.receive()
    desk.intake.is_away = True
    answer = await desk.get(f"/{contact_id}/suggestions")
    assert answer.status_code == 503


async def test_each_look_at_the_suggestions_is_in_the_audit(desk: Desk) -> None:
    contact_id = await desk.receive()
    await suggestions(desk, contact_id)
    assert ("screening.suggestions_viewed", "officer") in await desk.audited(contact_id)


@pytest.mark.parametrize("role", ["referrer", "analyst", "ops"])
async def test_nobody_else_sees_them(desk: Desk, role: str) -> None:
    contact_id = await desk.receive()
    assert (await desk.get(f"/{contact_id}/suggestions", role=role)).status_code == 403


async def test_another_partnership_does_not_find_them(desk: Desk) -> None:
    contact_id = await desk.receive()
    elsewhere = await desk.get(f"/{contact_id}/suggestions", partnerships=("medway",))
    assert elsewhere.status_code == 404
