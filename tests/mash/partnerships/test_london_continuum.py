"""The London continuum of need, whole in each partnership's edition of it, in our own words."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from mash.partnerships import Facts, Thresholds, holds
from mash.partnerships.loader import FOLDER, base, read_file
from mash.partnerships.thresholds import ThresholdFile
from mash.partnerships.vocabulary import CONCERNS

HERE = Path(__file__).parent
EDITIONS = {"havering": ("HAV", "2023-06"), "redbridge": ("RED", "2025-07")}
COUNTS = {name: yaml.safe_load((HERE / f"{name}_counts.yaml").read_text()) for name in EDITIONS}
TABLES = [(name, domain) for name, counts in COUNTS.items() for domain in counts]
LONGEST = 14
editions = pytest.mark.parametrize("name", EDITIONS)


def edition(name: str) -> Thresholds:
    """The document as the partnership has it, read by itself: its other files do not matter here."""
    code, version = EDITIONS[name]
    file = read_file(FOLDER / name / "thresholds" / f"{version}.yaml", ThresholdFile)
    return file.thresholds(code.lower(), base("london_continuum"))


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("\u2019", "'"))


@pytest.mark.requirement("SCR-03")
@pytest.mark.parametrize(("name", "domain"), TABLES)
def test_every_cell_of_the_matrix_has_an_indicator(name: str, domain: str) -> None:
    counted = COUNTS[name][domain]
    printed = {
        (row, level)
        for row in range(1, counted["rows"] + 1)
        for level in (1, 2, 3, 4)
        if [row, level] not in counted["empty"]
    }
    held = {(i.row, i.level) for i in edition(name).indicators.values() if i.domain == domain}
    assert held == printed


@pytest.mark.requirement("SCR-03")
@pytest.mark.parametrize(("name", "domain"), TABLES)
def test_every_matter_in_a_cell_is_an_indicator(name: str, domain: str) -> None:
    held = Counter(i.level for i in edition(name).indicators.values() if i.domain == domain)
    assert [held[level] for level in (1, 2, 3, 4)] == COUNTS[name][domain]["matters"]


@pytest.mark.requirement("SCR-03")
@editions
def test_every_domain_of_the_matrix_is_held(name: str) -> None:
    assert list(edition(name).domains) == list(COUNTS[name])


@pytest.mark.requirement("SCR-03")
@editions
def test_every_indicator_names_the_document_and_section(name: str) -> None:
    thresholds = edition(name)
    document = EDITIONS[name][0]
    assert {i.source for i in thresholds.indicators.values()} == {
        f"{document} Continuum of Need matrix, {domain.title}" for domain in thresholds.domains.values()
    }


@pytest.mark.requirement("SCR-03")
@editions
def test_every_indicator_is_short(name: str) -> None:
    assert [i.text for i in edition(name).indicators.values() if len(words(i.text)) > LONGEST] == []


def test_no_indicator_of_the_base_is_lost_to_another_of_its_id() -> None:
    ids = [entry.id for domain in base("london_continuum").domains.values() for entry in domain.indicators]
    assert len(ids) == len(set(ids)) == len(edition("havering").indicators)


def test_every_id_says_its_domain_and_level() -> None:
    domains = base("london_continuum").domains
    assert [
        entry.id
        for domain, content in domains.items()
        for entry in content.indicators
        if entry.id.rsplit(".", 1)[0] != f"{domain}.{entry.level}"
    ] == []


def test_every_concern_of_the_base_is_known() -> None:
    named = {concern for i in edition("havering").indicators.values() for concern in i.concerns}
    assert named - CONCERNS.keys() == set()


@editions
def test_level_one_indicators_raise_no_concern(name: str) -> None:
    assert [i.id for i in edition(name).indicators.values() if i.level == 1 and i.concerns] == []


@editions
def test_a_phrase_points_to_one_indicator(name: str) -> None:
    seen = Counter(phrase for i in edition(name).indicators.values() for phrase in i.phrases)
    assert [phrase for phrase, times in seen.items() if times > 1] == []


@pytest.mark.requirement("SCR-03")
def test_editions_differ_only_where_they_print_otherwise() -> None:
    ours, theirs = (
        {i.id.split(".", 1)[1]: (i.level, i.row, i.text) for i in edition(name).indicators.values()}
        for name in EDITIONS
    )
    assert {id for id in ours.keys() | theirs.keys() if ours.get(id) != theirs.get(id)} == {"sexual.2.02"}


@pytest.mark.requirement("SCR-03")
def test_sexual_activity_at_any_age_is_a_first_worry_in_redbridge() -> None:
    assert "in keeping with age" in edition("havering").indicators["hav.sexual.2.02"].text
    assert "fitting the age or not" in edition("redbridge").indicators["red.sexual.2.02"].text


@editions
@pytest.mark.parametrize(
    ("indicator", "values", "present"),
    [
        ("health.4.07", {"pregnant": True, "age_years": 12}, True),
        ("health.4.07", {"pregnant": True, "age_years": 13}, False),
        ("substance_misuse.3.06", {"substance_misuse_in_pregnancy": True, "gestation_weeks": 20}, True),
        ("substance_misuse.3.06", {"substance_misuse_in_pregnancy": True, "gestation_weeks": 21}, False),
        ("substance_misuse.4.04", {"substance_misuse_in_pregnancy": True, "gestation_weeks": 20}, False),
        ("substance_misuse.4.04", {"substance_misuse_in_pregnancy": True, "gestation_weeks": 21}, True),
        ("abuse_neglect.4.07", {"not_mobile": True, "suspicious_injury": True}, True),
        ("abuse_neglect.4.07", {"not_mobile": False, "suspicious_injury": True}, False),
        ("extra_familial.2.08", {"missing_episodes_6_months": 0}, False),
        ("extra_familial.2.08", {"missing_episodes_6_months": 1}, True),
        ("extra_familial.2.08", {"missing_episodes_6_months": 2}, True),
        ("extra_familial.2.08", {"missing_episodes_6_months": 3}, False),
        ("extra_familial.3.10", {"missing_episodes_6_months": 2}, False),
        ("extra_familial.3.10", {"missing_episodes_6_months": 3}, True),
        ("social_development.4.15", {"unaccompanied_asylum_seeker": True}, True),
        ("social_development.4.15", {}, False),
    ],
)
def test_recorded_facts_show_an_indicator(
    name: str, indicator: str, values: dict[str, int | bool], present: bool
) -> None:
    code = EDITIONS[name][0].lower()
    condition = edition(name).indicators[f"{code}.{indicator}"].condition
    assert condition is not None
    assert holds(condition, Facts(values=values)) is present
