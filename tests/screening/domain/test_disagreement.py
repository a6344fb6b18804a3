"""A disagreement goes through its partnership's stages in their order, and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from factories.disagreements import FIRST_DUE_AT, RAISED_AT, SECOND_DUE_AT, create_disagreement
from factories.screening import create_screening
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from mash import partnerships
from mash.contracts.screening import Challenged
from mash.errors import Refusal
from screening.domain.disagreement import (
    AnsweredAlready,
    Disagreement,
    DisagreementEnded,
    LastStage,
    NotAnsweredYet,
    NothingToChallenge,
    NotYourDisagreement,
    OwnDisagreement,
    answer,
    close,
    go_up,
    is_challenger,
    once_due,
    require_answered,
    require_not_own,
    require_something_to_challenge,
    why_up,
)
from screening.domain.screening import Screening

HAVERING = partnerships.get("havering")
NAMES = sorted(partnerships.load())
MINUTE = timedelta(minutes=1)


def create_answered(now: datetime = RAISED_AT) -> Disagreement:
    return answer(create_disagreement(HAVERING), HAVERING, "upheld", "We looked again.", "manager", now)


def create_at_last() -> Disagreement:
    found = create_disagreement(HAVERING)
    for _ in range(3):
        found = go_up(found, HAVERING, "sent_up", RAISED_AT)
    return found


class TestGoUp:
    @pytest.mark.requirement("ESC-01")
    def test_takes_haverings_stages_in_their_order(self) -> None:
        stages = create_at_last().stages
        assert [one.stage for one in stages] == ["team", "head_of_service", "senior_staff", "partnership"]
        assert [one.number for one in stages] == [1, 2, 3, 4]
        assert all(one.owner for one in stages)

    def test_gives_each_stage_its_own_time_from_when_it_begins(self) -> None:
        second = go_up(create_disagreement(HAVERING), HAVERING, "unanswered", FIRST_DUE_AT)
        assert (second.stages[0].due_at, second.due_at) == (FIRST_DUE_AT, SECOND_DUE_AT)

    def test_counts_christmas_out(self) -> None:
        found = go_up(
            create_disagreement(HAVERING), HAVERING, "unanswered", datetime(2026, 12, 23, 9, 0, tzinfo=UTC)
        )
        assert found.due_at == datetime(2027, 1, 4, 17, 0, tzinfo=UTC)

    def test_stops_at_the_last(self) -> None:
        with pytest.raises(LastStage):
            go_up(create_at_last(), HAVERING, "not_content", RAISED_AT)

    def test_is_refused_once_it_has_ended(self) -> None:
        with pytest.raises(DisagreementEnded):
            go_up(close(create_answered(), "accepted", RAISED_AT), HAVERING, "not_content", RAISED_AT)


class TestAnswer:
    def test_waits_for_its_challenger_as_long_as_the_stage_had(self) -> None:
        answered = create_answered(FIRST_DUE_AT)
        assert (answered.state, answered.due_at) == ("answered", SECOND_DUE_AT)

    @pytest.mark.parametrize(("late_by", "in_time"), [(timedelta(), True), (MINUTE, False)])
    def test_is_in_time_up_to_the_due_time(self, late_by: timedelta, in_time: bool) -> None:
        assert create_answered(FIRST_DUE_AT + late_by).current.in_time is in_time

    def test_is_given_once_a_stage(self) -> None:
        with pytest.raises(AnsweredAlready):
            answer(create_answered(), HAVERING, "changed", "Once more.", "manager", RAISED_AT)

    def test_of_the_last_stage_ends_it(self) -> None:
        ended = answer(create_at_last(), HAVERING, "partly", "In part.", "manager", RAISED_AT)
        assert (ended.state, ended.closed_because, ended.current.result) == (
            "resolved",
            "final_answer",
            "partly",
        )

    def test_leaves_the_answers_below_as_they_were(self) -> None:
        below = create_answered().current
        second = go_up(create_answered(), HAVERING, "not_content", RAISED_AT)
        assert answer(second, HAVERING, "changed", "Yes.", "manager", RAISED_AT).stages[0] == below

    def test_is_not_given_by_whoever_of_the_hub_raised_it(self) -> None:
        own = create_disagreement(HAVERING, challenger_kind="hub", raised_by="manager")
        with pytest.raises(OwnDisagreement):
            require_not_own(own, "manager")
        require_not_own(own, "another-manager")
        require_not_own(replace(own, challenger_kind="referrer", on_behalf=True), "manager")

    def test_is_accepted_only_where_there_is_one(self) -> None:
        with pytest.raises(NotAnsweredYet):
            require_answered(create_disagreement(HAVERING))
        require_answered(create_answered())


class TestTime:
    @pytest.mark.requirement("ESC-03")
    def test_takes_it_up_unanswered_when_it_is_due_and_not_before(self) -> None:
        raised = create_disagreement(HAVERING)
        assert once_due(raised, HAVERING, FIRST_DUE_AT - MINUTE) is None
        up = once_due(raised, HAVERING, FIRST_DUE_AT)
        assert up is not None
        assert (up.current.stage, up.current.because) == ("head_of_service", "unanswered")

    def test_ends_it_where_an_answer_is_not_taken_further(self) -> None:
        answered = create_answered()
        assert once_due(answered, HAVERING, answered.due_at - MINUTE) is None
        ended = once_due(answered, HAVERING, answered.due_at)
        assert ended is not None
        assert (ended.state, ended.closed_because) == ("resolved", "not_taken_further")

    def test_leaves_it_late_at_the_last_stage(self) -> None:
        last = create_at_last()
        after = last.due_at + timedelta(days=30)
        assert once_due(last, HAVERING, after) is None
        assert (last.is_late(last.due_at), last.is_late(after)) == (False, True)

    def test_does_nothing_to_what_has_ended(self) -> None:
        ended = close(create_disagreement(HAVERING), "withdrawn", RAISED_AT)
        assert once_due(ended, HAVERING, RAISED_AT + timedelta(days=90)) is None


class TestWhoTakesItFurther:
    @pytest.mark.parametrize(("challenger", "manager"), [(True, False), (False, True), (True, True)])
    def test_an_answer_by_its_challenger_or_a_manager(self, challenger: bool, manager: bool) -> None:
        found = why_up(create_answered(), is_challenger=challenger, is_manager=manager)
        assert found == "not_content"

    def test_what_has_no_answer_by_a_manager_alone(self) -> None:
        raised = create_disagreement(HAVERING)
        assert why_up(raised, is_challenger=False, is_manager=True) == "sent_up"
        with pytest.raises(NotAnsweredYet):
            why_up(raised, is_challenger=True, is_manager=False)

    def test_nobody_else(self) -> None:
        with pytest.raises(NotYourDisagreement):
            why_up(create_answered(), is_challenger=False, is_manager=False)

    def test_the_hub_speaks_for_a_referrer_it_raised_it_for(self) -> None:
        own, for_referrer = (create_disagreement(HAVERING, on_behalf=one) for one in (False, True))
        assert is_challenger(own, "referrer-school", is_staff=False)
        assert not is_challenger(own, "officer", is_staff=True)
        assert is_challenger(for_referrer, "officer", is_staff=True)
        assert not is_challenger(for_referrer, "lead-police", is_staff=False)


DECIDED = create_screening(state="decided", decided_at=RAISED_AT, rating="amber")
ASKED = replace(DECIDED, enquiry_state="open")
WAITING = create_screening()


@pytest.mark.parametrize(
    ("about", "there", "not_there"),
    [
        ("decision", DECIDED, WAITING),
        ("rating", DECIDED, WAITING),
        ("delay", WAITING, DECIDED),
        ("delay", ASKED, DECIDED),
        ("no_feedback", DECIDED, WAITING),
    ],
)
def test_there_must_be_something_to_challenge(
    about: Challenged, there: Screening, not_there: Screening
) -> None:
    require_something_to_challenge(there, about)
    with pytest.raises(NothingToChallenge):
        require_something_to_challenge(not_there, about)


class AnyDisagreement(RuleBasedStateMachine):
    """Whatever people and time do, in whatever order, at whichever partnership."""

    @initialize(name=st.sampled_from(NAMES))
    def raise_one(self, name: str) -> None:
        self.partnership = partnerships.get(name)
        self.now = RAISED_AT
        self.found = create_disagreement(self.partnership)

    def attempt(self, new: Disagreement | None) -> None:
        if new is not None:
            assert new.stages[: len(self.found.stages) - 1] == self.found.stages[:-1]
            assert self.found.is_open
            self.found = new

    @rule(hours=st.integers(0, 400))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def let_time_do_its_work(self) -> None:
        self.attempt(once_due(self.found, self.partnership, self.now))

    @rule(result=st.sampled_from(["upheld", "changed", "partly"]))
    def answer_it(self, result: str) -> None:
        try:
            new = answer(self.found, self.partnership, result, "Words.", "manager", self.now)  # type: ignore[arg-type]
        except Refusal:
            assert self.found.state != "awaiting_answer"
        else:
            self.attempt(new)

    @rule(challenger=st.booleans(), manager=st.booleans())
    def take_it_further(self, challenger: bool, manager: bool) -> None:
        try:
            because = why_up(self.found, is_challenger=challenger, is_manager=manager)
            new = go_up(self.found, self.partnership, because, self.now, "Words.")
        except Refusal:
            return
        self.attempt(new)

    @precondition(lambda self: self.found.is_open and len(self.found.stages) > 1)
    @rule(because=st.sampled_from(["accepted", "withdrawn"]))
    def end_it(self, because: str) -> None:
        self.attempt(close(self.found, because, self.now))  # type: ignore[arg-type]

    @invariant()
    def it_neither_skips_nor_repeats_a_stage_nor_goes_past_the_last(self) -> None:
        known = list(self.partnership.escalation)
        assert [one.stage for one in self.found.stages] == known[: len(self.found.stages)]
        assert [one.number for one in self.found.stages] == list(range(1, len(self.found.stages) + 1))

    @invariant()
    def every_stage_was_left_for_a_reason(self) -> None:
        for below, above in zip(self.found.stages, self.found.stages[1:], strict=False):
            assert above.because == ("not_content" if below.answered_at else above.because)
            assert above.because in ("not_content", "unanswered", "sent_up")
            assert below.began_at <= above.began_at

    @invariant()
    def it_has_ended_if_and_only_if_it_says_when_and_why(self) -> None:
        ended = self.found.closed_at is not None and self.found.closed_because is not None
        assert ended is not self.found.is_open


AnyDisagreement.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
TestAnyDisagreement = AnyDisagreement.TestCase
