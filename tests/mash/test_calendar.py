"""Due times worked out by hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from factories.calendar import EARLY_FRIDAY, EVERY_NIGHT, LUNCH_GAP, create_hours, create_rule
from mash.calendar import (
    LONDON,
    CalendarEnds,
    Pause,
    TargetNotUnderstood,
    bank_holidays,
    due,
    elapsed,
    is_open,
    next_opening,
    read_target,
    read_time,
    remaining,
    with_pauses,
    working_between,
)
from mash.calendar.targets import Clock
from mash.errors import Invalid

HOUR = timedelta(hours=1)


def london(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


def wall(at: datetime) -> str:
    return at.astimezone(LONDON).isoformat(timespec="minutes")[:16]


@dataclass(frozen=True)
class PlainRule:
    """A rule with every unit; a profile's own rules are in hours and working days."""

    target: str
    clock: Clock
    runs_past_closing: bool = True
    reading: str = ""
    why: str = ""
    otherwise: str = ""


@pytest.mark.requirement("ENQ-02")
@pytest.mark.parametrize(
    ("target", "clock", "received", "expected"),
    [
        ("4h", "elapsed", "2026-03-03T13:01", "2026-03-03T17:01"),
        ("4h", "working", "2026-03-03T13:01", "2026-03-04T09:01"),
        ("4h", "working", "2026-03-03T13:00", "2026-03-03T17:00"),
        ("4h", "elapsed", "2026-03-06T16:00", "2026-03-06T20:00"),
        ("4h", "working", "2026-03-06T16:00", "2026-03-09T12:00"),
        ("4h", "working", "2026-03-07T11:00", "2026-03-09T13:00"),
        ("4h", "working", "2026-03-03T17:00", "2026-03-04T13:00"),
        ("24h", "elapsed", "2026-03-06T12:00", "2026-03-07T12:00"),
        ("24h", "working", "2026-03-06T12:00", "2026-03-11T12:00"),
        ("72h", "working", "2026-03-02T09:00", "2026-03-12T17:00"),
        # Good Friday to Easter Monday, and Christmas with its substitute day.
        ("4h", "working", "2026-04-02T15:00", "2026-04-07T11:00"),
        ("4h", "elapsed", "2026-04-02T15:00", "2026-04-02T19:00"),
        ("8h", "working", "2026-12-24T13:00", "2026-12-29T13:00"),
        ("90m", "working", "2026-03-03T16:00", "2026-03-04T09:30"),
    ],
)
def test_hours_fall_due_as_counted_by_hand(target: str, clock: Clock, received: str, expected: str) -> None:
    rule = PlainRule(target, clock, runs_past_closing=clock == "elapsed")
    assert wall(due(london(received), rule, create_hours()).due_at) == expected


@pytest.mark.requirement("ENQ-02")
@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-03-29T00:30", "2026-03-29T05:30"),
        ("2026-10-25T00:30", "2026-10-25T03:30"),
        ("2026-03-28T23:00", "2026-03-29T04:00"),
        ("2026-10-24T23:00", "2026-10-25T02:00"),
    ],
)
def test_four_hours_stay_four_real_hours_when_clocks_change(received: str, expected: str) -> None:
    found = due(london(received), create_rule("4h"), create_hours())
    assert wall(found.due_at) == expected
    assert found.due_at - found.received_at == 4 * HOUR


@pytest.mark.requirement("ENQ-02")
def test_working_hours_across_a_clock_change_keep_the_wall_times() -> None:
    rule = create_rule("8h", "working")
    assert wall(due(london("2026-03-27T13:00"), rule, create_hours()).due_at) == "2026-03-30T13:00"
    assert wall(due(london("2026-10-23T13:00"), rule, create_hours()).due_at) == "2026-10-26T13:00"


@pytest.mark.requirement("ENQ-02")
def test_a_night_that_is_worked_through_gains_and_loses_its_hour() -> None:
    hours, rule = create_hours(EVERY_NIGHT), create_rule("4h", "working")
    assert wall(due(london("2026-03-29T00:30"), rule, hours).due_at) == "2026-03-29T05:30"
    assert wall(due(london("2026-10-25T00:30"), rule, hours).due_at) == "2026-10-25T03:30"


@pytest.mark.requirement("INT-08")
@pytest.mark.parametrize(
    ("at", "opened"),
    [
        ("2026-03-05T16:59", True),
        ("2026-03-05T17:00", False),
        ("2026-03-06T16:44", True),
        ("2026-03-06T16:45", False),
        ("2026-03-06T08:44", False),
        ("2026-03-06T08:45", True),
        ("2026-03-07T12:00", False),
        ("2026-04-03T12:00", False),
    ],
)
def test_a_hub_is_open_by_its_own_weekday_hours(at: str, opened: bool) -> None:
    assert is_open(london(at), create_hours(EARLY_FRIDAY)) is opened


@pytest.mark.requirement("INT-08")
@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-06T16:45", "2026-03-09T08:45"),
        ("2026-03-06T12:00", "2026-03-06T12:00"),
        ("2026-04-02T17:00", "2026-04-07T08:45"),
        ("2027-12-24T17:00", "2027-12-29T08:45"),
    ],
)
def test_the_next_opening_skips_weekends_and_bank_holidays(at: str, expected: str) -> None:
    assert wall(next_opening(london(at), create_hours(EARLY_FRIDAY))) == expected


def test_a_hub_may_stay_open_on_bank_holidays() -> None:
    hours = create_hours(closed_on_bank_holidays=False)
    assert is_open(london("2026-12-25T12:00"), hours)
    assert not is_open(london("2026-12-25T12:00"), create_hours())


def test_a_lunch_gap_is_not_worked() -> None:
    hours = create_hours(LUNCH_GAP)
    assert (
        wall(due(london("2026-03-03T12:00"), create_rule("1h", "working"), hours).due_at)
        == "2026-03-03T13:45"
    )
    assert not is_open(london("2026-03-03T12:30"), hours)
    assert working_between(london("2026-03-03T12:00"), london("2026-03-03T14:00"), hours) == 1.25 * HOUR


@pytest.mark.requirement("ENQ-02")
@pytest.mark.parametrize(
    ("target", "received", "expected"),
    [
        ("5wd", "2026-03-02T10:00", "2026-03-09T17:00"),
        ("1wd", "2026-03-02T10:00", "2026-03-03T17:00"),
        ("1wd", "2026-03-02T22:00", "2026-03-03T17:00"),
        ("1wd", "2026-03-07T10:00", "2026-03-09T16:45"),
        ("5wd", "2026-03-31T10:00", "2026-04-09T17:00"),
        ("2wd", "2026-12-24T10:00", "2026-12-30T17:00"),
    ],
)
def test_working_days_end_at_closing_after_the_day_of_receipt(
    target: str, received: str, expected: str
) -> None:
    days = {**EARLY_FRIDAY, "monday": [("08:45", "16:45")]} if "03-07" in received else EARLY_FRIDAY
    assert wall(due(london(received), create_rule(target, "working"), create_hours(days)).due_at) == expected


def test_calendar_days_keep_the_time_of_day() -> None:
    found = due(london("2026-03-28T10:00"), PlainRule("2d", "elapsed"), create_hours())
    assert wall(found.due_at) == "2026-03-30T10:00"
    assert found.due_at - found.received_at == 47 * HOUR


@pytest.mark.requirement("SCR-14")
class TestRunsPastClosing:
    def test_a_red_runs_on_after_closing(self) -> None:
        found = due(london("2026-03-06T16:00"), create_rule("4h", runs_past_closing=True), create_hours())
        assert wall(found.due_at) == "2026-03-06T20:00"

    def test_an_elapsed_time_that_may_not_run_on_waits_for_opening(self) -> None:
        found = due(london("2026-03-06T16:00"), create_rule("4h", runs_past_closing=False), create_hours())
        assert wall(found.due_at) == "2026-03-09T09:00"

    def test_a_due_time_at_closing_itself_does_not_wait(self) -> None:
        found = due(london("2026-03-06T13:00"), create_rule("4h", runs_past_closing=False), create_hours())
        assert wall(found.due_at) == "2026-03-06T17:00"

    @pytest.mark.parametrize(
        ("received", "expected"),
        [
            ("2026-03-03T13:01", "2026-03-04T13:01"),
            ("2026-03-06T12:00", "2026-03-09T12:00"),
            ("2026-03-07T12:00", "2026-03-10T09:00"),
            ("2026-03-02T20:00", "2026-03-04T09:00"),
            ("2026-04-02T12:00", "2026-04-07T12:00"),
        ],
    )
    def test_a_working_day_of_24_hours_runs_through_the_night(self, received: str, expected: str) -> None:
        rule = create_rule("24h", "working", runs_past_closing=True)
        assert wall(due(london(received), rule, create_hours()).due_at) == expected


def test_the_reading_not_chosen_is_given_too() -> None:
    found = due(london("2026-03-03T13:01"), create_rule("4h"), create_hours())
    assert wall(found.other_due_at) == "2026-03-04T09:01"
    assert (found.reading, found.otherwise) == ("Read so for the test.", "It would be later.")


def test_a_rule_with_no_reading_of_its_own_says_how_it_was_counted() -> None:
    found = due(london("2026-03-03T13:01"), PlainRule("4h", "working", False), create_hours())
    assert found.reading == found.counted
    assert found.counted.startswith("4 hours of opening time from receipt")


def test_working_days_read_the_other_way_are_calendar_days() -> None:
    found = due(london("2026-03-06T10:00"), create_rule("5wd", "working"), create_hours())
    assert (wall(found.due_at), wall(found.other_due_at)) == ("2026-03-13T17:00", "2026-03-11T10:00")


def test_times_in_london_are_added_up_as_moments() -> None:
    before, after = london("2026-03-29T00:30"), london("2026-03-29T03:30")
    assert elapsed(before, after) == 2 * HOUR
    assert elapsed(london("2026-10-25T01:30"), london("2026-10-25T01:30", fold=1)) == HOUR


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        due(datetime(2026, 3, 3, 13, 1), create_rule(), create_hours())  # noqa: DTZ001


class TestRemaining:
    @pytest.mark.requirement("SCR-14")
    def test_shows_both_the_time_left_and_the_real_time_gone(self) -> None:
        found = due(london("2026-03-06T16:00"), create_rule("4h", "working"), create_hours())
        left = remaining(london("2026-03-09T10:00"), found)
        assert (left.left, left.elapsed, left.is_late) == (2 * HOUR, 66 * HOUR, False)

    @pytest.mark.requirement("SCR-14")
    def test_lateness_is_real_time(self) -> None:
        found = due(london("2026-03-06T10:00"), create_rule("4h", "working"), create_hours())
        left = remaining(london("2026-03-07T14:00"), found)
        assert (left.left, left.late_by, left.elapsed) == (timedelta(), 24 * HOUR, 28 * HOUR)
        assert left.is_late

    def test_all_of_the_target_is_left_before_the_hub_opens(self) -> None:
        rule = create_rule("24h", "working", runs_past_closing=True)
        found = due(london("2026-03-07T12:00"), rule, create_hours())
        left = remaining(london("2026-03-08T12:00"), found)
        assert (left.left, left.elapsed) == (24 * HOUR, 24 * HOUR)


@pytest.mark.requirement("SCR-14")
class TestPauses:
    def test_a_pause_puts_the_due_time_off_in_real_time(self) -> None:
        found = due(london("2026-03-03T13:00"), create_rule("4h"), create_hours())
        pause = Pause(
            london("2026-03-03T14:00"), london("2026-03-03T15:30"), "Waiting for the child to be seen"
        )
        moved = with_pauses(found, [pause], london("2026-03-03T16:00"))
        assert wall(moved.due_at) == "2026-03-03T18:30"
        assert remaining(london("2026-03-03T16:00"), moved).elapsed == 3 * HOUR

    def test_only_opening_hours_of_a_pause_count_on_the_working_clock(self) -> None:
        found = due(london("2026-03-03T15:00"), create_rule("4h", "working"), create_hours())
        pause = Pause(london("2026-03-03T16:00"), london("2026-03-04T10:00"), "Waiting for the referrer")
        moved = with_pauses(found, [pause], london("2026-03-04T12:00"))
        assert (wall(found.due_at), wall(moved.due_at)) == ("2026-03-04T11:00", "2026-03-04T13:00")

    def test_the_time_left_stands_still_while_paused(self) -> None:
        found = due(london("2026-03-03T13:00"), create_rule("4h"), create_hours())
        pause = Pause(london("2026-03-03T14:00"), None, "Waiting for the referrer")
        for now in (london("2026-03-03T14:30"), london("2026-03-03T21:00")):
            assert remaining(now, with_pauses(found, [pause], now)).left == 3 * HOUR

    def test_what_is_late_stays_late(self) -> None:
        found = due(london("2026-03-03T09:00"), create_rule("4h"), create_hours())
        pause = Pause(london("2026-03-03T13:00"), london("2026-03-03T15:00"), "Too late")
        assert with_pauses(found, [pause], london("2026-03-03T16:00")) == found

    def test_overlapping_pauses_count_once(self) -> None:
        found = due(london("2026-03-03T09:00"), create_rule("4h"), create_hours())
        pauses = [
            Pause(london("2026-03-03T10:30"), london("2026-03-03T11:30"), "Second"),
            Pause(london("2026-03-03T10:00"), london("2026-03-03T11:00"), "First"),
        ]
        assert wall(with_pauses(found, pauses, london("2026-03-03T12:00")).due_at) == "2026-03-03T14:30"

    def test_a_pause_with_an_end_still_to_come_counts_up_to_now(self) -> None:
        found = due(london("2026-03-03T09:00"), create_rule("4h"), create_hours())
        pause = Pause(london("2026-03-03T10:00"), london("2026-03-03T18:00"), "Waiting for the referrer")
        assert wall(with_pauses(found, [pause], london("2026-03-03T11:00")).due_at) == "2026-03-03T14:00"

    def test_a_due_time_that_waits_for_opening_still_does(self) -> None:
        found = due(london("2026-03-06T12:00"), create_rule("24h", runs_past_closing=False), create_hours())
        pause = Pause(london("2026-03-06T13:00"), london("2026-03-06T15:00"), "Waiting for the referrer")
        moved = with_pauses(found, [pause], london("2026-03-06T16:00"))
        assert wall(moved.due_at) == "2026-03-09T09:00"

    def test_a_pause_over_the_opening_it_waits_for_does_not_make_it_late(self) -> None:
        found = due(london("2026-03-01T19:00"), create_rule("8h", runs_past_closing=False), create_hours())
        pause = Pause(london("2026-03-02T03:30"), london("2026-03-02T13:30"), "Waiting for the referrer")
        assert wall(found.due_at) == "2026-03-02T09:00"
        assert wall(with_pauses(found, [pause], london("2026-03-02T14:00")).due_at) == "2026-03-02T13:30"

    def test_a_pause_needs_its_reason_and_runs_forwards(self) -> None:
        with pytest.raises(Invalid, match="reason"):
            Pause(london("2026-03-03T10:00"), None, "  ")
        with pytest.raises(Invalid, match="before it starts"):
            Pause(london("2026-03-03T10:00"), london("2026-03-03T09:00"), "Waiting")


class TestTargets:
    @pytest.mark.parametrize(
        "text", ["", "4", "h", "-4h", "0h", "4 h", "4.5h", "4w", "four hours", "99999999h", "90000h"]
    )
    def test_refuses_what_is_not_a_length_of_time(self, text: str) -> None:
        with pytest.raises(TargetNotUnderstood):
            read_target(text)

    @pytest.mark.parametrize(("target", "clock"), [("5wd", "elapsed"), ("2d", "working")])
    def test_refuses_days_on_the_wrong_clock(self, target: str, clock: Clock) -> None:
        with pytest.raises(TargetNotUnderstood, match="must be"):
            due(london("2026-03-03T10:00"), PlainRule(target, clock), create_hours())

    def test_refuses_working_time_where_there_are_no_hours(self) -> None:
        for target in ("4h", "1wd"):
            with pytest.raises(Invalid, match="no opening hours"):
                due(london("2026-03-03T10:00"), create_rule(target, "working"), create_hours({}))


class TestBankHolidays:
    @pytest.mark.requirement("ENQ-02")
    def test_are_those_published_for_england(self) -> None:
        published = {
            *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31"),
            *("2026-12-25", "2026-12-28"),
        }
        weekdays = {on.isoformat() for on in bank_holidays(2026) if on.weekday() < 5}
        assert weekdays == published

    def test_leave_out_those_of_the_other_nations(self) -> None:
        assert date(2026, 3, 17) not in bank_holidays(2026)
        assert date(2026, 11, 30) not in bank_holidays(2026)
        assert date(2026, 1, 2) not in bank_holidays(2026)

    def test_know_the_days_given_once(self) -> None:
        assert {date(2022, 6, 3), date(2022, 9, 19)} <= bank_holidays(2022)
        assert date(2023, 5, 8) in bank_holidays(2023)

    def test_are_refused_where_they_are_not_known(self) -> None:
        with pytest.raises(CalendarEnds):
            due(london("2100-12-31T16:00"), create_rule("4h", "working"), create_hours())


class TestReadTime:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-03-03T13:01", "2026-03-03T13:01+00:00"),
            ("2026-07-03 13:01", "2026-07-03T12:01+00:00"),
            ("2026-07-03T13:01Z", "2026-07-03T13:01+00:00"),
            ("2026-07-03T13:01+02:00", "2026-07-03T11:01+00:00"),
        ],
    )
    def test_means_london_unless_it_has_an_offset(self, text: str, expected: str) -> None:
        at, notes = read_time(text)
        assert (at.isoformat(timespec="minutes"), notes) == (expected, [])

    def test_reads_a_missing_hour_forward_and_says_so(self) -> None:
        at, notes = read_time("2026-03-29T01:30")
        assert at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        assert "did not exist" in notes[0]
        assert "02:30 BST" in notes[0]

    def test_takes_the_first_of_a_doubled_hour_and_says_so(self) -> None:
        at, notes = read_time("2026-10-25T01:30")
        assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert "came twice" in notes[0]
        assert "01:30 BST" in notes[0]

    @pytest.mark.parametrize(
        "text", ["", "yesterday", "2026-03-03", "20260303", "2026-13-01T10:00", "13:01", "2026-02-30T10:00"]
    )
    def test_refuses_what_is_not_a_date_with_a_time(self, text: str) -> None:
        with pytest.raises(Invalid, match="date with a time of day"):
            read_time(text)
