"""What holds for every partnership that comes with the hub."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mash.calendar import due
from mash.partnerships import Partnership, load
from mash.partnerships.cli import app
from mash.partnerships.loader import FOLDER, names
from typer.testing import CliRunner

PROTOCOLS = Path(__file__).parents[4] / "shared/seeds"
RUN = 8
FIVE = ["bracknell_forest", "haringey", "havering", "medway", "redbridge"]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("\u2019", "'"))


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1)}


@pytest.fixture(scope="module")
def printed() -> set[tuple[str, ...]]:
    if not PROTOCOLS.exists():
        pytest.skip("the documents' texts do not lie beside this checkout")
    return set().union(*(runs(protocol.read_text()) for protocol in PROTOCOLS.glob("*.txt")))


@pytest.fixture(params=FIVE)
def partnership(request: pytest.FixtureRequest) -> Partnership:
    return load()[request.param]


@pytest.mark.requirement("GOV-01")
def test_the_five_partnerships_are_there() -> None:
    assert names() == FIVE


@pytest.mark.requirement("SCR-03")
def test_no_eight_words_of_a_document_are_copied(printed: set[tuple[str, ...]]) -> None:
    assert len(printed) > 50_000
    copied = {
        f"{path.relative_to(FOLDER)}: {' '.join(run)}"
        for path in (*FOLDER.rglob("*.yaml"), *FOLDER.rglob("*.txt"))
        for run in runs(path.read_text()) & printed
    }
    assert copied == set()


@pytest.mark.requirement("SCR-03")
def test_no_two_indicators_share_an_id() -> None:
    seen = Counter(id for one in load().values() for id in one.thresholds().indicators)
    assert [id for id, times in seen.items() if times > 1] == []


@pytest.mark.requirement("SCR-03")
def test_every_indicator_is_of_the_partnerships_own_document(partnership: Partnership) -> None:
    for indicator in partnership.thresholds().indicators.values():
        assert indicator.id.startswith(f"{partnership.code.lower()}.")
        assert indicator.source.startswith(f"{partnership.code} ")


@pytest.mark.requirement("SCR-02")
def test_every_level_above_the_first_has_a_rating_of_its_own(partnership: Partnership) -> None:
    rated = [level.rating for number, level in sorted(partnership.levels.items()) if level.rating]
    assert rated == sorted(rated, key=partnership.urgency)
    assert len(rated) >= len(partnership.levels) - 1
    assert partnership.urgency("red") > partnership.urgency("amber") > partnership.urgency("green") > 0


@pytest.mark.requirement("ENQ-02")
def test_what_is_more_urgent_is_never_due_later(partnership: Partnership) -> None:
    friday = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    moments = [
        due(friday, partnership.due_rules[rating.due], partnership.hours).due_at
        for rating in partnership.ratings.values()
    ]
    assert moments == sorted(moments)


def test_every_clock_says_how_it_was_read(partnership: Partnership) -> None:
    for rule in partnership.due_rules.values():
        assert min(map(len, (rule.reading, rule.why, rule.otherwise))) > 10


@pytest.mark.requirement("GOV-01")
def test_it_is_shown_whole_to_people(partnership: Partnership) -> None:
    shown = CliRunner().invoke(app, ["show", partnership.name, "--indicators"])
    assert shown.exit_code == 0
    assert partnership.front_door.name in shown.output
    for part in (
        *(level.title for level in partnership.levels.values()),
        *(service.title for service in partnership.services.values()),
        *(stage.owner for stage in partnership.escalation.values()),
        *(criterion.text for criterion in partnership.criteria),
        *(rule.otherwise for rule in partnership.due_rules.values()),
        *(indicator.id for indicator in partnership.thresholds().indicators.values()),
    ):
        assert part in shown.output


@pytest.mark.requirement("ENQ-13")
def test_every_service_says_how_it_is_reached(partnership: Partnership) -> None:
    assert len(partnership.services) >= 5
    assert all(service.reached and service.levels for service in partnership.services.values())


@pytest.mark.requirement("SEAL-06")
def test_a_concern_of_harm_is_kept_longer_than_one_that_was_closed(partnership: Partnership) -> None:
    by_decision = {end: rule for rule in partnership.kept_for.values() for end in rule.decisions}
    assert by_decision["strategy_discussion_section_47"].years > by_decision["no_further_action"].years


@pytest.mark.requirement("SEAL-06")
def test_no_period_is_said_to_be_the_documents(partnership: Partnership) -> None:
    assert {rule.source.split()[0] for rule in partnership.kept_for.values()} <= {
        "PRACTICE",
        "SCHEDULES",
        "UKGDPR",
    }
