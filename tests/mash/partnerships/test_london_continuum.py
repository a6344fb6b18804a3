"""The London continuum of need, whole in each partnership's edition of it, in our own words."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml
from mash.partnerships import Facts, Thresholds, holds
from mash.partnerships.loader import FOLDER, base, read_file
from mash.partnerships.signs import signs
from mash.partnerships.thresholds import ThresholdFile
from mash.partnerships.vocabulary import CONCERNS

HERE = Path(__file__).parent
EDITIONS = {"havering": ("HAV", "2023-06"), "redbridge": ("RED", "2025-07")}
COUNTS = {name: yaml.safe_load((HERE / f"{name}_counts.yaml").read_text()) for name in EDITIONS}
TABLES = [(name, domain) for name, counts in COUNTS.items() for domain in counts]
LONGEST = 14
# The matrix has no row for money and housing, for a plan or time in care, or for work after school. It names
# attendance at Level 3 only, and of people in positions of trust only an allegation of harm.
WITHOUT_A_PLACE = {
    "disability.siblings_affected",
    "education.neet",
    "education.some_absence",
    "family.kinship",
    "family.on_plan",
    "family.previously_in_care",
    "good.information_only",
    "good.no_concerns",
    "home.damp",
    "home.eviction",
    "home.low_income",
    "home.overcrowded",
    "home.rent_arrears",
    "home.temporary_accommodation",
    "parent_mind.own_childhood",
    "trust.low_level",
}
# The facts by which a condition is met, and those just short of it.
CASES: list[tuple[str, dict[str, int | bool], bool]] = [
    ("health.4.07", {"pregnant": True, "age_years": 12}, True),
    ("health.4.07", {"pregnant": True, "age_years": 13}, False),
    ("sexual.4.07", {"pregnant": True, "age_years": 12}, False),
    ("sexual.4.07", {"pregnant": True, "age_years": 13}, True),
    ("sexual.4.07", {"pregnant": True, "age_years": 14}, True),
    ("sexual.4.07", {"pregnant": True, "age_years": 15}, False),
    ("sexual.4.07", {"pregnant": False, "age_years": 14}, False),
    ("health.3.11", {"pregnant": True, "in_care": True}, True),
    ("health.3.11", {"pregnant": True, "care_leaver": True}, True),
    ("health.3.11", {"pregnant": True, "in_care": False, "care_leaver": False}, False),
    ("health.3.09", {"non_organic_failure_to_thrive": True}, True),
    ("health.3.09", {"non_organic_failure_to_thrive": False}, False),
    ("sexual.4.04", {"sexually_active": True, "age_years": 12}, True),
    ("sexual.4.04", {"sexually_active": True, "age_years": 13}, False),
    ("sexual.3.02", {"sexually_active": True, "age_years": 12}, False),
    ("sexual.3.02", {"sexually_active": True, "age_years": 13}, True),
    ("sexual.3.02", {"sexually_active": False, "age_years": 13}, False),
    ("sexual.3.03", {"uses_sexual_health_service": True, "age_years": 15}, True),
    ("sexual.3.03", {"uses_sexual_health_service": True, "age_years": 16}, False),
    ("sexual.2.04", {"uses_sexual_health_service": True, "age_years": 15}, False),
    ("sexual.2.04", {"uses_sexual_health_service": True, "age_years": 16}, True),
    ("harmful_practices.2.03", {"mother_had_fgm": True}, True),
    ("harmful_practices.2.03", {"mother_had_fgm": False}, False),
    ("substance_misuse.3.06", {"substance_misuse_in_pregnancy": True, "gestation_weeks": 20}, True),
    ("substance_misuse.3.06", {"substance_misuse_in_pregnancy": True, "gestation_weeks": 21}, False),
    ("substance_misuse.4.04", {"substance_misuse_in_pregnancy": True, "gestation_weeks": 20}, False),
    ("substance_misuse.4.04", {"substance_misuse_in_pregnancy": True, "gestation_weeks": 21}, True),
    ("abuse_neglect.4.07", {"not_mobile": True, "suspicious_injury": True}, True),
    ("abuse_neglect.4.07", {"not_mobile": False, "suspicious_injury": True}, False),
    ("domestic_abuse.4.01", {"domestic_abuse_repeated": True}, True),
    ("domestic_abuse.4.01", {"domestic_abuse_repeated": False}, False),
    ("domestic_abuse.4.05", {"high_risk_domestic_abuse": True}, True),
    ("domestic_abuse.4.05", {"high_risk_domestic_abuse": False}, False),
    ("extra_familial.2.08", {"missing_episodes_6_months": 0}, False),
    ("extra_familial.2.08", {"missing_episodes_6_months": 1}, True),
    ("extra_familial.2.08", {"missing_episodes_6_months": 2}, True),
    ("extra_familial.2.08", {"missing_episodes_6_months": 3}, False),
    ("extra_familial.3.10", {"missing_episodes_6_months": 2}, False),
    ("extra_familial.3.10", {"missing_episodes_6_months": 3}, True),
    ("social_development.4.15", {"unaccompanied_asylum_seeker": True}, True),
    ("social_development.4.15", {}, False),
]
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


def test_every_sign_has_a_place_or_is_known_to_have_none() -> None:
    placed = {sign for i in edition("havering").indicators.values() for sign in i.signs}
    assert placed - signs().keys() == set()
    assert signs().keys() - placed == WITHOUT_A_PLACE


def test_no_sign_stands_at_two_levels() -> None:
    levels: dict[str, set[int]] = defaultdict(set)
    for indicator in edition("havering").indicators.values():
        for sign in indicator.signs:
            levels[sign].add(indicator.level)
    assert {sign for sign, found in levels.items() if len(found) > 1} == set()


def test_every_indicator_above_level_one_has_words() -> None:
    assert [i.id for i in edition("havering").indicators.values() if i.level > 1 and len(i.phrases) < 2] == []


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
@pytest.mark.parametrize(("indicator", "values", "present"), CASES)
def test_recorded_facts_show_an_indicator(
    name: str, indicator: str, values: dict[str, int | bool], present: bool
) -> None:
    code = EDITIONS[name][0].lower()
    condition = edition(name).indicators[f"{code}.{indicator}"].condition
    assert condition is not None
    assert holds(condition, Facts(values=values)) is present


@editions
def test_domestic_abuse_before_the_birth_is_of_the_highest_level(name: str) -> None:
    condition = edition(name).indicators[f"{EDITIONS[name][0].lower()}.domestic_abuse.4.08"].condition
    assert condition is not None
    abuse = frozenset({"domestic_abuse"})
    assert holds(condition, Facts(concerns=abuse, values={"unborn": True}))
    assert not holds(condition, Facts(concerns=abuse, values={"unborn": False}))
    assert not holds(condition, Facts(values={"unborn": True}))


@editions
def test_every_condition_of_the_matrix_is_tested(name: str) -> None:
    held = {i.id.split(".", 1)[1] for i in edition(name).indicators.values() if i.condition is not None}
    assert held - {"domestic_abuse.4.08"} == {case[0] for case in CASES}
