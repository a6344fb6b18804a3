"""`mash due`, run as a person runs it."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from mash.cli import app
from typer.testing import CliRunner, Result

HAVERING = ("--partnership", "havering")
TUESDAY = ("--received", "2026-03-03T13:01")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["due", *arguments])


def answer(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.requirement("ENQ-02")
def test_a_red_is_due_after_four_real_hours() -> None:
    found = answer(*HAVERING, *TUESDAY, "--rule", "enquiry.red")
    assert found["due_at"] == "2026-03-03T17:01:00+00:00"
    assert (found["clock"], found["target"], found["runs_past_closing"]) == ("elapsed", "4h", True)


@pytest.mark.requirement("ENQ-02")
@pytest.mark.parametrize(("rule", "target"), [("red", "4h"), ("amber", "24h"), ("green", "72h")])
def test_every_rating_says_its_clock_its_reading_and_why(rule: str, target: str) -> None:
    found = answer(*HAVERING, *TUESDAY, "--rule", f"enquiry.{rule}")
    assert found["target"] == target
    assert all(found[key] for key in ("clock", "reading", "why", "otherwise", "other_due_at", "source"))


def test_the_due_time_is_given_in_london_too() -> None:
    found = answer(*HAVERING, "--received", "2026-07-07T13:01", "--rule", "enquiry.red")
    assert found["due_at"] == "2026-07-07T16:01:00+00:00"
    assert found["due_at_london"] == "2026-07-07T17:01:00+01:00"


def test_people_read_it_with_the_weekday() -> None:
    result = run(*HAVERING, *TUESDAY, "--rule", "enquiry.red")
    assert result.stdout.startswith("Due:                Tuesday 3 March 2026 at 17:01 GMT\n")


@pytest.mark.requirement("ENQ-02", "INT-08")
@pytest.mark.parametrize(
    ("asked", "due_at"),
    [
        (("--target", "4h", "--clock", "elapsed"), "2026-03-03T17:01:00+00:00"),
        (("--target", "4h", "--clock", "working"), "2026-03-04T09:01:00+00:00"),
        (("--target", "90m", "--clock", "working"), "2026-03-03T14:31:00+00:00"),
        (("--target", "5wd", "--clock", "working"), "2026-03-10T17:00:00+00:00"),
        (("--target", "5wd"), "2026-03-10T17:00:00+00:00"),
        (("--target", "5wd", "--clock", "elapsed"), "2026-03-10T17:00:00+00:00"),
        (("--target", "2d"), "2026-03-05T13:01:00+00:00"),
    ],
)
def test_a_target_is_counted_by_the_partnerships_hours(asked: tuple[str, ...], due_at: str) -> None:
    assert answer(*HAVERING, *TUESDAY, *asked)["due_at"] == due_at


def test_an_elapsed_target_is_real_time_over_a_clock_change() -> None:
    asked = ("--received", "2026-10-24T23:00", "--target", "24h", "--clock", "elapsed")
    found = answer(*HAVERING, *asked)
    due_at, received_at = (datetime.fromisoformat(found[key]) for key in ("due_at", "received_at"))
    assert due_at - received_at == timedelta(hours=24)
    assert found["due_at_london"] == "2026-10-25T22:00:00+00:00"


@pytest.mark.parametrize(
    ("received", "said"), [("2026-03-29T01:30", "did not exist"), ("2026-10-25T01:30", "came twice")]
)
def test_a_time_that_the_clock_change_makes_doubtful_is_remarked_on(received: str, said: str) -> None:
    asked = (*HAVERING, "--received", received, "--rule", "enquiry.red")
    assert said in answer(*asked)["notes"][0]
    assert said in run(*asked).stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*TUESDAY, "--rule", "enquiry.red"), "--partnership: must be given"),
        ((*HAVERING, "--rule", "enquiry.red"), "--received: must be given"),
        ((*HAVERING, *TUESDAY), "--rule: give either a rule or a target"),
        ((*HAVERING, *TUESDAY, "--rule", "enquiry.red", "--target", "4h"), "--rule: give either"),
        ((*HAVERING, *TUESDAY, "--rule", "enquiry.red", "--clock", "elapsed"), "--clock: goes with --target"),
        ((*HAVERING, *TUESDAY, "--rule", "enquiry.blue"), "enquiry.amber, enquiry.green, enquiry.red"),
        ((*HAVERING, *TUESDAY, "--rule", ""), "--rule: Havering"),
        (("--partnership", "atlantis", *TUESDAY, "--rule", "enquiry.red"), "havering"),
        ((*HAVERING, "--received", "2026-03-03", "--rule", "enquiry.red"), "--received: must be a date with"),
        ((*HAVERING, "--received", "9999-12-31T23:59", "--target", "4h"), "--received: must lie within"),
        (
            (*HAVERING, *TUESDAY, "--target", "4 hours", "--clock", "elapsed"),
            "--target: must be a whole number",
        ),
        ((*HAVERING, *TUESDAY, "--target", "4h"), "--clock: must be elapsed or working"),
        ((*HAVERING, *TUESDAY, "--target", "4h", "--clock", "wall"), "--clock: must be elapsed or working"),
        ((*HAVERING, *TUESDAY, "--target", "5wd", "--clock", "wall"), "--clock: must be elapsed or working"),
        ((*HAVERING, "--received", "2100-12-31T16:30", "--target", "2wd"), "bank holidays are known"),
    ],
)
def test_a_mistake_is_answered_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.startswith("mash due: ")
    assert len(result.stderr.splitlines()) == 1


def test_the_installed_command_answers_without_a_traceback() -> None:
    asked = [sys.executable, "-c", "from mash.cli import app; app()", "due", *HAVERING, *TUESDAY]
    good = subprocess.run([*asked, "--rule", "enquiry.red"], capture_output=True, text=True, check=True)
    bad = subprocess.run([*asked, "--rule", "none"], capture_output=True, text=True, check=False)
    assert "17:01 GMT" in good.stdout
    assert bad.returncode == 2
    assert "Traceback" not in bad.stderr
