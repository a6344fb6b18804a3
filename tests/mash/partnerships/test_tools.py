"""Havering's special tools say what its protocol says, and act on both sides of every limit."""

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from mash.partnerships import Facts, PartnershipFault, get
from mash.partnerships.assessment import Assessment, Found, assess
from mash.partnerships.cli import app, check
from mash.partnerships.loader import FOLDER, read_folder
from mash.partnerships.rules import Value
from mash.partnerships.tools import Tool, ToolQuestion
from typer.testing import CliRunner

HAVERING = get("havering")
TOOLS = HAVERING.tools
COUNTS = yaml.safe_load((Path(__file__).parent / "tools_counts.yaml").read_text())


def assessed(tool: str, *evidence: str, **answers: Value) -> Assessment:
    return assess(TOOLS[tool], Found(frozenset(evidence), answers), Facts())


def ids(followings: Any) -> set[str]:
    return {one.id for one in followings}


def grounds(assessment: Assessment) -> set[str]:
    return {ground.id for ground in assessment.grounds}


@pytest.mark.requirement("TOO-01", "TOO-02", "TOO-03", "TOO-04", "TOO-05", "TOO-06", "TOO-07")
def test_all_that_the_protocol_lists_is_held() -> None:
    held = {
        name: Counter(one.band or "none" for one in tool.evidence.values()) for name, tool in TOOLS.items()
    }

    assert {name: dict(counts) for name, counts in held.items()} == {
        name: {band: number for band, number in bands.items() if number} for name, bands in COUNTS.items()
    }
    assert all(set(tool.bands) == set(COUNTS[name]) - {"none"} for name, tool in TOOLS.items())


@pytest.mark.parametrize("tool", TOOLS)
def test_each_record_names_its_section_of_the_protocol(tool: str) -> None:
    text = (FOLDER / f"havering/tools/{tool}.yaml").read_text()
    sources = re.findall(r"\bsource: (\w+) ", text)

    assert set(sources) == {"HAV"}
    assert len(sources) > len(TOOLS[tool].bands) + len(TOOLS[tool].questions)


@pytest.mark.requirement("TOO-01", "TOO-02", "TOO-03")
@pytest.mark.parametrize(
    ("tool", "levels"),
    [
        ("cse", {"low": 2, "medium": 3, "high": 4}),
        ("cce", {"emerging": 2, "moderate": 3, "significant": 4}),
        ("radicalisation", {"low": 2, "medium": 3, "high": 4, "critical": 4}),
    ],
)
def test_any_sign_of_a_band_gives_the_band_and_its_level(tool: str, levels: dict[str, int]) -> None:
    for one in TOOLS[tool].evidence.values():
        found = assessed(tool, one.id, age_years=15)
        assert (found.band, found.level) == (one.band, levels[str(one.band)]), one.id


@pytest.mark.parametrize("tool", ["cse", "cce", "radicalisation", "disability"])
def test_nothing_noted_gives_no_band_and_no_level(tool: str) -> None:
    found = assessed(tool, age_years=15)

    assert (found.band, found.level, found.grounds) == (None, None, ())


@pytest.mark.requirement("TOO-01")
@pytest.mark.parametrize(
    ("evidence", "outcomes", "alerts"),
    [
        ("cse.low.03", {"additional_needs", "harm_panel_if_needed"}, {"adolescent_safeguarding"}),
        (
            "cse.medium.02",
            {"child_in_need", "harva", "police_report_considered"},
            {"specialist_safeguarding", "iass"},
        ),
        (
            "cse.high.12",
            {"section_47", "child_and_family_assessment", "police_report"},
            {"adolescent_safeguarding", "exploitation_coordinator"},
        ),
    ],
)
def test_sexual_exploitation_leads_to_what_the_table_says(
    evidence: str, outcomes: set[str], alerts: set[str]
) -> None:
    found = assessed("cse", evidence, age_years=15)

    assert ids(found.outcomes) == outcomes
    assert ids(found.alerts) == alerts


@pytest.mark.requirement("TOO-01")
def test_signs_of_the_lower_bands_are_expected_with_a_higher() -> None:
    alone = assessed("cse", "cse.high.12", age_years=15)
    with_low = assessed("cse", "cse.high.12", "cse.low.03", age_years=15)
    with_all = assessed("cse", "cse.high.12", "cse.low.03", "cse.medium.02", age_years=15)

    assert [ids(found.flags) for found in (alone, with_low, with_all)] == [
        {"low_not_noted", "medium_not_noted"},
        {"medium_not_noted"},
        set(),
    ]


@pytest.mark.requirement("TOO-01")
@pytest.mark.parametrize(("age", "band", "flags"), [(12, "medium", {"under_13"}), (13, "low", set())])
def test_any_sign_below_thirteen_is_at_least_medium(age: int, band: str, flags: set[str]) -> None:
    found = assessed("cse", "cse.low.03", age_years=age)

    assert found.band == band
    assert ids(found.flags) & {"under_13"} == flags


@pytest.mark.requirement("TOO-01")
@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ({"age_years": 12, "partner_age_years": 16}, "high"),
        ({"age_years": 12, "partner_age_years": 15}, None),
        ({"age_years": 13, "partner_age_years": 16}, None),
        ({"age_years": 15, "partner_years_older": 5}, "high"),
        ({"age_years": 15, "partner_years_older": 4}, None),
        ({"age_years": 15, "missing_episodes_6_months": 0}, None),
        ({"age_years": 15, "missing_episodes_6_months": 1}, "low"),
        ({"age_years": 15, "missing_episodes_6_months": 2}, "low"),
        ({"age_years": 15, "missing_episodes_6_months": 3}, "medium"),
    ],
)
def test_answers_alone_can_show_sexual_exploitation(answers: dict[str, Value], band: str | None) -> None:
    assert assessed("cse", **answers).band == band


@pytest.mark.requirement("TOO-01")
def test_an_under_thirteen_is_flagged_although_nothing_is_noted() -> None:
    found = assessed("cse", age_years=12)

    assert (found.band, ids(found.flags)) == (None, {"under_13"})


@pytest.mark.requirement("TOO-02")
@pytest.mark.parametrize(
    ("evidence", "outcomes"),
    [
        ("cce.emerging.01", {"additional_needs"}),
        ("cce.moderate.01", {"single_assessment", "case_overview", "contextual_safeguarding"}),
        (
            "cce.significant.01",
            {
                "single_assessment",
                "strategy_discussion",
                "case_overview",
                "part_in_assessment",
                "contextual_safeguarding",
            },
        ),
    ],
)
def test_criminal_exploitation_has_its_response_and_is_always_told(evidence: str, outcomes: set[str]) -> None:
    found = assessed("cce", evidence)

    assert ids(found.outcomes) == outcomes
    assert ids(found.alerts) == {"adolescent_safeguarding"}


@pytest.mark.requirement("TOO-02")
@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ({"theft_pounds": 499}, "emerging"),
        ({"theft_pounds": 500}, "moderate"),
        ({"theft_pounds": 1001}, "moderate"),
        ({"theft_pounds": 1000, "organised_theft": True}, "moderate"),
        ({"theft_pounds": 1001, "organised_theft": True}, "significant"),
        ({"theft_pounds": 1001, "organised_theft": False}, "moderate"),
        ({"longest_missing_hours": 24}, None),
        ({"longest_missing_hours": 25}, "significant"),
    ],
)
def test_sums_and_hours_show_criminal_exploitation(answers: dict[str, Value], band: str | None) -> None:
    assert assessed("cce", **answers).band == band


@pytest.mark.requirement("TOO-02")
def test_a_case_that_the_media_follow_needs_a_notice() -> None:
    followed, not_followed = [
        assessed("cce", "cce.significant.19", media_interest=one) for one in (True, False)
    ]

    assert "need_to_know" in ids(followed.alerts)
    assert "need_to_know" not in ids(not_followed.alerts)


@pytest.mark.requirement("TOO-03")
@pytest.mark.parametrize(
    ("evidence", "present", "absent"),
    [
        ("radicalisation.low.01", {"early_intervention", "mentoring"}, {"channel_panel", "joint_section_47"}),
        ("radicalisation.medium.01", {"child_and_family_assessment", "channel_panel"}, {"joint_section_47"}),
        ("radicalisation.high.01", {"joint_section_47", "channel_panel", "mappa"}, {"pursue"}),
        ("radicalisation.critical.01", {"joint_section_47", "pursue"}, {"channel_panel", "mappa"}),
    ],
)
def test_radicalisation_leads_to_prevent_channel_and_section_47(
    evidence: str, present: set[str], absent: set[str]
) -> None:
    found = assessed("radicalisation", evidence)

    assert present <= ids(found.outcomes)
    assert not absent & ids(found.outcomes)
    assert ids(found.alerts) == {"prevent_coordinator"}


@pytest.mark.requirement("TOO-03")
def test_several_lesser_signs_of_radicalisation_are_put_to_a_person() -> None:
    one = assessed("radicalisation", "radicalisation.low.01")
    two = assessed("radicalisation", "radicalisation.low.01", "radicalisation.low.03")

    assert [ids(one.flags), ids(two.flags)] == [set(), {"combination"}]
    assert two.band == "low"


@pytest.mark.requirement("TOO-04")
@pytest.mark.parametrize(("score", "band", "required"), [(13, "below", set()), (14, "marac", {"marac"})])
def test_a_dash_of_fourteen_requires_a_marac_referral(score: int, band: str, required: set[str]) -> None:
    found = assessed("domestic_abuse", dash_score=score, matrix_level=1)

    assert found.band == band
    assert {outcome.decision for outcome in found.outcomes if outcome.required} == required
    assert found.level is None


@pytest.mark.requirement("TOO-04")
def test_judgement_may_refer_below_fourteen() -> None:
    silent, judged = [
        assessed("domestic_abuse", dash_score=13, marac_by_judgement=one) for one in (False, True)
    ]

    assert "marac_considered" in ids(silent.outcomes)
    assert "marac_by_judgement" in ids(judged.outcomes) - ids(silent.outcomes)


@pytest.mark.requirement("TOO-04")
def test_the_matrix_level_is_recorded_beside_the_score() -> None:
    lower, serious = [assessed("domestic_abuse", matrix_level=level) for level in (1, 2)]

    assert lower.answers["matrix_level"] == 1
    assert [ids(lower.flags), ids(serious.flags)] == [set(), {"serious_matrix"}]
    assert "dash_score" in serious.unanswered


@pytest.mark.requirement("TOO-05")
def test_the_disability_table_has_thirteen_dimensions_by_four_bands() -> None:
    disability = TOOLS["disability"]
    cells = Counter((one.group, one.band) for one in disability.evidence.values())

    assert len(disability.groups) == 13
    assert set(cells) == {(group, band) for group in disability.groups for band in disability.bands}
    assert set(cells.values()) == {1}


@pytest.mark.requirement("TOO-05")
@pytest.mark.parametrize("group", TOOLS["disability"].groups)
@pytest.mark.parametrize(
    ("number", "band", "eligible"),
    [("01", "mild", False), ("02", "moderate", False), ("03", "severe", True), ("04", "profound", True)],
)
def test_one_severe_dimension_is_enough_when_it_lasts(
    group: str, number: str, band: str, eligible: bool
) -> None:
    found = assessed("disability", f"disability.{group}.{number}", permanent=True)

    assert found.band == band
    assert ("eligible" in ids(found.outcomes)) is eligible


@pytest.mark.requirement("TOO-05")
@pytest.mark.parametrize(
    ("answers", "eligible"),
    [
        ({"lasting_months": 12}, False),
        ({"lasting_months": 13}, True),
        ({"permanent": True}, True),
        ({"permanent": False}, False),
        ({"permanent": False, "lasting_months": 13}, True),
        ({}, False),
    ],
)
def test_a_disability_counts_when_permanent_or_over_a_year(answers: dict[str, Value], eligible: bool) -> None:
    found = assessed("disability", "disability.mobility.03", **answers)

    assert ("eligible" in ids(found.outcomes)) is eligible


@pytest.mark.requirement("TOO-05")
@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ({"hearing_loss_db": 19}, None),
        ({"hearing_loss_db": 20}, "mild"),
        ({"hearing_loss_db": 40}, "mild"),
        ({"hearing_loss_db": 41}, "moderate"),
        ({"hearing_loss_db": 70}, "moderate"),
        ({"hearing_loss_db": 71}, "severe"),
        ({"hearing_loss_db": 95}, "severe"),
        ({"hearing_loss_db": 96}, "profound"),
        ({"attainment_percent": 81}, None),
        ({"attainment_percent": 80}, "mild"),
        ({"attainment_percent": 70}, "mild"),
        ({"attainment_percent": 69}, "moderate"),
        ({"attainment_percent": 50}, "moderate"),
        ({"attainment_percent": 49}, "severe"),
        ({"attainment_percent": 35}, "severe"),
        ({"attainment_percent": 34}, "profound"),
    ],
)
def test_measured_losses_give_their_cell(answers: dict[str, Value], band: str | None) -> None:
    assert assessed("disability", **answers).band == band


@pytest.mark.requirement("TOO-06")
@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ({"proceedings_percent": 75}, "assessment"),
        ({"proceedings_percent": 76}, "intervention"),
        ({"care_leaver_of": "havering", "parenting_concerns": True}, "intervention"),
        ({"care_leaver_of": "havering", "parenting_concerns": False}, "assessment"),
        ({"care_leaver_of": "other", "parenting_concerns": True}, "assessment"),
        ({"care_leaver_of": "other", "proceedings_percent": 76}, "intervention"),
        ({"removed_by_havering": True}, "intervention"),
        ({"removed_by_havering": False}, "assessment"),
        ({"removed_by_others_months_ago": 18}, "intervention"),
        ({"removed_by_others_months_ago": 19}, "assessment"),
        ({}, "assessment"),
    ],
)
def test_a_poor_outlook_goes_straight_to_intervention(answers: dict[str, Value], band: str) -> None:
    assert assessed("pre_birth", **answers).band == band


@pytest.mark.requirement("TOO-06")
def test_managers_speak_before_an_unborn_childs_case_is_sent() -> None:
    spoken = {
        said: assessed("pre_birth", removed_by_havering=True, managers_agree=said)
        for said in ("not_spoken", "agreed", "differ")
    }

    assert all("managers_speak" in ids(found.outcomes) for found in spoken.values())
    assert [said for said, found in spoken.items() if "transfer_now" in ids(found.outcomes)] == ["agreed"]
    assert [said for said, found in spoken.items() if "pre_birth_strategic_lead" in ids(found.alerts)] == [
        "differ"
    ]


@pytest.mark.requirement("TOO-06")
@pytest.mark.parametrize(("weeks", "discussed"), [(12, True), (13, False)])
def test_capacity_is_discussed_within_twelve_weeks(weeks: int, discussed: bool) -> None:
    found = assessed("pre_birth", removed_by_havering=True, weeks_to_birth=weeks)

    assert ("capacity" in ids(found.outcomes)) is discussed


@pytest.mark.requirement("TOO-06")
@pytest.mark.parametrize(("weeks", "due"), [(10, True), (11, False)])
def test_other_unborn_children_transfer_about_ten_weeks_before(weeks: int, due: bool) -> None:
    found = assessed("pre_birth", weeks_to_birth=weeks)

    assert "transfer_later" in ids(found.outcomes)
    assert ("transfer_due" in ids(found.flags)) is due


@pytest.mark.requirement("TOO-07")
@pytest.mark.parametrize(
    ("evidence", "age", "band", "refused"),
    [
        (("custody.ground.01",), 10, "secure", set()),
        (("custody.ground.02",), 10, "secure", set()),
        (("custody.ground.03",), 17, "secure", set()),
        (("custody.ground.01",), 9, None, {"too_young"}),
        ((), 10, None, {"no_ground"}),
    ],
)
def test_secure_accommodation_needs_age_and_one_ground(
    evidence: tuple[str, ...], age: int, band: str | None, refused: set[str]
) -> None:
    found = assessed("custody", *evidence, request="secure", age_years=age)

    assert found.band == band
    assert ids(found.outcomes) & {"too_young", "no_ground"} == refused


@pytest.mark.requirement("TOO-07")
@pytest.mark.parametrize(
    ("approval", "outcome"), [("given", "minister_approved"), ("refused", "minister_refused")]
)
def test_a_minister_approves_secure_accommodation(approval: str, outcome: str) -> None:
    asked, answered = [
        assessed("custody", "custody.ground.01", request="secure", age_years=14, minister_approval=one)
        for one in ("sought", approval)
    ]

    assert "director_of_childrens_services" in ids(asked.alerts)
    assert ids(answered.outcomes) - ids(asked.outcomes) == {outcome}


@pytest.mark.requirement("TOO-07")
def test_accommodation_that_is_not_secure_begins_care_procedures() -> None:
    found = assessed("custody", "custody.ground.01", request="non_secure", age_years=9, family_explored=False)

    assert found.band == "non_secure"
    assert {"record_bail", "child_in_care", "family_first", "social_care_decides"} <= ids(found.outcomes)


@pytest.mark.requirement("TOO-07")
def test_a_disagreement_in_custody_is_raised_on_both_sides() -> None:
    agreed, disputed = [
        assessed("custody", request="non_secure", age_years=14, disagreement=one) for one in (False, True)
    ]

    assert ids(agreed.alerts) == set()
    assert ids(disputed.alerts) == {"custody_social_care", "custody_police"}


def test_what_is_known_already_answers_an_open_question() -> None:
    known = Facts(values={"age_years": 12, "theft_pounds": 2})
    taken = assess(TOOLS["cse"], Found(frozenset({"cse.low.03"})), known)
    given_anew = assess(TOOLS["cse"], Found(frozenset({"cse.low.03"}), {"age_years": 14}), known)

    assert (taken.answers, taken.band) == ({"age_years": 12}, "medium")
    assert given_anew.band == "low"


def test_each_ground_says_what_showed_it() -> None:
    found = assessed("cse", "cse.low.03", age_years=12)
    why = {ground.id: ground.why for ground in found.grounds}

    assert why["cse.low.03"] == "Noted by the person using the tool."
    assert "12 (asked for: below 13)" in why["under_13"]
    assert "pieces of evidence: 1" in why["under_13"]


def answers_to(question: ToolQuestion) -> st.SearchStrategy[Value]:
    if question.kind == "flag":
        return st.booleans()
    if question.kind == "choice":
        return st.sampled_from(sorted(question.choices))
    if question.kind == "words":
        return st.just("Robin Testcase said so.")
    return st.integers(question.at_least, question.at_most)


def answers_for(tool: Tool) -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries(
        {}, optional={name: answers_to(question) for name, question in tool.questions.items()}
    )


@given(st.sampled_from(sorted(TOOLS)), st.data())
def test_more_evidence_never_lowers_a_band(name: str, data: st.DataObject) -> None:
    tool = TOOLS[name]
    answers = data.draw(answers_for(tool))
    more = data.draw(st.sets(st.sampled_from(sorted(tool.evidence)))) if tool.evidence else set()
    fewer = data.draw(st.sets(st.sampled_from(sorted(more)))) if more else set()
    lower, higher = [assess(tool, Found(frozenset(one), answers), Facts()).band for one in (fewer, more)]

    assert tool.higher(lower, higher) == higher
    assert grounds(assess(tool, Found(frozenset(fewer), answers), Facts())) >= fewer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER / "havering", tmp_path / "havering"))


@pytest.mark.requirement("GOV-01")
@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("cse", "    to: medium", "    to: middling", "no band called middling"),
        ("cse", "    level: 4", "    level: 9", "there is no level 9"),
        ("cse", "id: cse.low.03", "id: cse.low.02", "cse.low.02 is given twice"),
        ("cse", "id: cse.low.03", "id: cce.low.03", "cce.low.03 stands in the tool cse"),
        ("cse", "answer: partner_years_older, at", "answer: shoe_size, at", "no question called shoe_size"),
        (
            "cse",
            "answer: evidence_low, below: 1",
            "answer: evidence_odd, below: 1",
            "no question called evidence_odd",
        ),
        ("cse", "partner_years_older, at_least: 5", "evidence, at_least: 5", "no question called evidence"),
        ("cse", "    fact: age_years", "    fact: shoe_size", "no fact called shoe_size"),
        ("cse", "    fact: age_years", "    fact: pregnant", "of another kind"),
        ("cse", "    bands: [low]", "    bands: [lowly]", "no band called lowly"),
        ("cse", "decision: early_help", "decision: late_help", "no outcome called late_help"),
        ("cse", "  adolescent_safeguarding:", "  town_crier:", "no alert called town_crier"),
        ("cse", "    decision: strategy_discussion_section_47\n", "", "what is required names the decision"),
        ("cse", "  partner_age_years:", "  evidence_age:", "may not begin with evidence"),
        (
            "cse",
            "source: HAV CSE screening threshold table\nreading",
            "source: XYZ A page\nreading",
            "no document",
        ),
        ("cce", "equals: true}", "equals: 3}", "organised_theft is compared with the wrong kind"),
        ("cce", "    kind: flag", "    kind: mood", "kind must be 'flag'"),
        ("cce", "    kind: flag", "    kind: flag\n    at_most: 3", "only a number has limits"),
        ("cce", "    kind: flag", "    kind: choice", "of the kind choice has choices"),
        ("custody", "equals: secure}", "equals: padded}", "request has no choice called padded"),
        (
            "custody",
            "{answer: disagreement, equals: true}",
            "{indicator: custody.ground.01}",
            "no evidence called",
        ),
        ("custody", "answer: disagreement,", "answer: disagreement_reasons,", "cannot be compared"),
        ("disability", "    group: mobility", "    group: agility", "no group called agility"),
        ("domestic_abuse", "    fact: dash_score\n", "", "names no fact to feed"),
        ("pre_birth", "otherwise: assessment", "otherwise: else", "no band called else"),
    ],
)
def test_a_faulty_tool_is_refused_where_it_is_wrong(
    folder: Path, file: str, old: str, new: str, reason: str
) -> None:
    path = folder / f"tools/{file}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

    with pytest.raises(PartnershipFault) as refusal:
        read_folder(folder)

    assert any(f"tools/{file}.yaml, line " in fault and reason in fault for fault in refusal.value.faults)


def test_only_a_tool_may_ask_for_an_answer(folder: Path) -> None:
    path = folder / "criteria.yaml"
    path.write_text(path.read_text().replace("{concern: gangs}", "{answer: dash_score, at_least: 14}", 1))

    with pytest.raises(PartnershipFault, match="only a tool's own rules"):
        read_folder(folder)


@pytest.mark.requirement("GOV-01")
def test_a_partnership_may_have_other_tools_or_none(folder: Path) -> None:
    for path in (folder / "tools").glob("*.yaml"):
        if path.stem != "cse":
            path.unlink()
    assert list(read_folder(folder).tools) == ["cse"]
    (folder / "tools/cse.yaml").unlink()
    assert read_folder(folder).tools == {}


def test_the_command_checks_a_tool_by_its_file(folder: Path) -> None:
    path = folder / "tools/cse.yaml"
    assert check([path]) == []
    path.write_text(path.read_text().replace("to: medium", "to: middling", 1))
    assert [fault for fault in check([path]) if "no band called middling" in fault]


def test_the_command_shows_the_tools() -> None:
    shown = CliRunner().invoke(app, ["show", "havering"])

    assert "Tool radicalisation, Radicalisation: 19 pieces of evidence" in shown.output
    assert "Critical risk (level 4)" in shown.output
