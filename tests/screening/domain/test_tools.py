"""What may be noted with a special tool, what is kept of it, and what it does to the recommendation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from factories.screening import (
    LEVEL_2,
    LEVEL_4,
    RECEIVED_AT,
    create_findings,
    create_known,
    create_screening,
)
from mash import partnerships
from mash.partnerships import Facts
from mash.partnerships.assessment import Found
from screening.domain.findings import Findings
from screening.domain.recommendation import Recommendation, recommend
from screening.domain.tool_results import ToolResult
from screening.domain.tools import (
    AnswerNeeded,
    JudgementRefused,
    UnknownTool,
    UnknownToTool,
    WrongAnswer,
    cautions_of,
    facts_beside,
    tool_of,
    use,
    with_fed_facts,
    with_result,
)

HAVERING = partnerships.get("havering")
CONTINUUM = HAVERING.thresholds()


def create_result(
    tool: str, *evidence: str, child: str | None = None, later: int = 0, **changes: Any
) -> ToolResult:
    found = Found(frozenset(evidence), changes.pop("answers", {}), **changes)
    at = RECEIVED_AT + timedelta(minutes=later)
    return use(HAVERING.tools[tool], found, Facts(), HAVERING, child=child, by="worker-1", at=at)


def recommended(*tools: ToolResult, findings: Findings | None = None) -> Recommendation:
    recorded = with_fed_facts(findings or create_findings(), tools)
    return recommend(recorded, create_known(15), HAVERING, CONTINUUM, tools)


SIGN = {"age_years": 15}


class TestRefusals:
    def test_an_unknown_tool_is_named(self) -> None:
        with pytest.raises(UnknownTool, match="Havering has no tool called tarot"):
            tool_of(HAVERING, "tarot")

    @pytest.mark.parametrize(
        ("found", "field", "named"),
        [
            (Found(frozenset({"cse.low.99", "cse.low.03"}), SIGN), "evidence", "cse.low.99"),
            (Found(frozenset(), {**SIGN, "shoe_size": 4}), "answers", "shoe_size"),
            (Found(frozenset(), SIGN, "extreme", "Because."), "band", "extreme"),
        ],
    )
    def test_what_the_tool_does_not_have_is_named(self, found: Found, field: str, named: str) -> None:
        with pytest.raises(UnknownToTool, match=named) as refusal:
            use(HAVERING.tools["cse"], found, Facts(), HAVERING, child=None, by="w", at=RECEIVED_AT)

        assert refusal.value.field == field
        assert refusal.value.members["unknown"] == [named]

    @pytest.mark.parametrize(
        ("tool", "answers", "asked"),
        [
            ("cse", {"age_years": "fifteen"}, "give a whole number"),
            ("cse", {"age_years": True}, "give a whole number"),
            ("cse", {"age_years": 18}, "from 0 to 17"),
            ("domestic_abuse", {"dash_score": 25}, "from 0 to 24"),
            ("domestic_abuse", {"matrix_level": 0}, "from 1 to 4"),
            ("cce", {"organised_theft": 1}, "answer true or false"),
            ("custody", {**SIGN, "request": "padded"}, "choose one of secure, non_secure"),
            ("custody", {**SIGN, "request": "secure", "disagreement_reasons": 3}, "write words"),
        ],
    )
    def test_an_answer_of_another_kind_is_refused(
        self, tool: str, answers: dict[str, Any], asked: str
    ) -> None:
        with pytest.raises(WrongAnswer, match=asked):
            create_result(tool, answers=answers)

    @pytest.mark.parametrize(("tool", "answers"), [("domestic_abuse", {"dash_score": 24}), ("cse", SIGN)])
    def test_an_answer_within_its_limits_is_kept(self, tool: str, answers: dict[str, Any]) -> None:
        assert create_result(tool, answers=answers).assessment.answers == answers

    @pytest.mark.requirement("TOO-04", "TOO-06", "TOO-07")
    @pytest.mark.parametrize(
        ("tool", "without", "needed", "words"),
        [
            ("cse", {}, "age_years", 14),
            ("custody", {"age_years": 14}, "request", "secure"),
            (
                "custody",
                {"age_years": 14, "request": "secure", "disagreement": True},
                "disagreement_reasons",
                "The police hold that no grounds are needed.",
            ),
            (
                "custody",
                {"age_years": 14, "request": "non_secure", "bail_refused_because": "He may run."},
                "conditional_bail_impossible_because",
                "No address to be bailed to.",
            ),
            ("domestic_abuse", {"marac_by_judgement": True}, "judgement_reasons", "The abuse escalates."),
            ("pre_birth", {"managers_agree": "differ"}, "managers_differ_on", "Whose capacity."),
        ],
    )
    def test_an_answer_that_is_needed_is_asked_for(
        self, tool: str, without: dict[str, Any], needed: str, words: object
    ) -> None:
        with pytest.raises(AnswerNeeded) as refusal:
            create_result(tool, answers=without)

        assert refusal.value.field == f"answers.{needed}"
        assert create_result(tool, answers={**without, needed: words})

    def test_reasons_are_needed_only_where_there_is_a_disagreement(self) -> None:
        agreed = {"age_years": 14, "request": "secure", "disagreement": False}

        assert create_result("custody", answers=agreed).assessment.alerts == ()


class TestJudgement:
    @pytest.mark.requirement("SCR-11")
    def test_may_raise_a_band_in_writing(self) -> None:
        raised = create_result(
            "radicalisation",
            "radicalisation.low.01",
            band="medium",
            judgement="He draws flags in every lesson.",
        ).assessment

        assert (raised.points_to, raised.band, raised.level) == ("low", "medium", 3)
        assert raised.grounds[-1].text == "He draws flags in every lesson."
        assert "channel_panel" in {outcome.id for outcome in raised.outcomes}

    @pytest.mark.parametrize(
        ("tool", "evidence", "changes", "asked"),
        [
            ("cse", "cse.high.12", {"band": "medium", "judgement": "Less grave."}, "may raise a band"),
            ("cse", "cse.high.12", {"band": "high", "judgement": "The same."}, "may raise a band"),
            ("cse", "cse.low.03", {"band": "medium"}, "Write why"),
            ("cse", "cse.low.03", {"judgement": "Worse."}, "Name the band"),
            (
                "custody",
                "custody.ground.01",
                {"band": "secure", "judgement": "So."},
                "from the answers alone",
            ),
        ],
    )
    def test_never_lowers_one_nor_goes_without_reasons(
        self, tool: str, evidence: str, changes: dict[str, Any], asked: str
    ) -> None:
        answers = {**SIGN, **({"request": "secure"} if tool == "custody" else {})}

        with pytest.raises(JudgementRefused, match=asked):
            create_result(tool, evidence, answers=answers, **changes)


class TestKnownFacts:
    def test_an_only_childs_age_is_taken_up(self) -> None:
        screening = create_screening(known=create_known(12))

        assert facts_beside(screening, CONTINUUM).values["age_years"] == 12

    def test_of_several_children_the_tool_asks_for_the_age(self) -> None:
        screening = create_screening(child_count=2, known=create_known(12, 12))
        facts = facts_beside(screening, CONTINUUM)

        assert "age_years" not in facts.values
        with pytest.raises(AnswerNeeded):
            use(HAVERING.tools["cse"], Found(), facts, HAVERING, child="2", by="w", at=RECEIVED_AT)


class TestKeeping:
    def test_a_new_use_takes_the_place_of_the_same_tools_on_the_same_child(self) -> None:
        first, second, sibling, other = (
            create_result("cse", answers=SIGN, later=1),
            create_result("cse", answers=SIGN, later=2),
            create_result("cse", answers=SIGN, child="2", later=3),
            create_result("cce", later=4),
        )

        kept: tuple[ToolResult, ...] = ()
        for result in (first, sibling, other, second):
            kept = with_result(kept, result)

        assert kept == (sibling, other, second)

    def test_it_says_who_is_told_and_by_which_version(self) -> None:
        result = create_result("cce", "cce.emerging.01")

        assert result.told == {"adolescent_safeguarding": "The adolescent safeguarding team"}
        assert (result.version, result.band_title) == ("2023-06", "Level 1-2, emerging risk")


class TestRecommendation:
    @pytest.mark.requirement("TOO-01", "TOO-02", "TOO-03", "SCR-04")
    @pytest.mark.parametrize(
        ("tool", "evidence", "level", "rating"),
        [
            ("cse", "cse.low.03", 2, "green"),
            ("cse", "cse.medium.02", 3, "amber"),
            ("cse", "cse.high.12", 4, "red"),
            ("cce", "cce.emerging.01", 2, "green"),
            ("cce", "cce.significant.03", 4, "red"),
            ("radicalisation", "radicalisation.medium.01", 3, "amber"),
            ("radicalisation", "radicalisation.high.01", 4, "red"),
            ("radicalisation", "radicalisation.critical.01", 4, "red"),
        ],
    )
    def test_the_bands_level_counts_and_the_reason_names_the_tool(
        self, tool: str, evidence: str, level: int, rating: str
    ) -> None:
        found = recommended(create_result(tool, evidence, answers=SIGN if tool == "cse" else {}))

        assert (found.level, found.rating) == (level, rating)
        (reason,) = found.reasons
        assert reason.id == f"tool.{tool}"
        assert reason.why == HAVERING.tools[tool].evidence[evidence].text

    def test_a_lower_band_does_not_lower_the_level(self) -> None:
        low = create_result("cse", "cse.low.03", answers=SIGN)

        assert recommended(low, findings=create_findings(LEVEL_4)).level == 4
        assert recommended(low, findings=create_findings(LEVEL_2)).level == 2

    @pytest.mark.requirement("TOO-04", "TOO-05", "TOO-06", "TOO-07")
    @pytest.mark.parametrize(
        ("tool", "answers"),
        [
            ("domestic_abuse", {"dash_score": 20}),
            ("disability", {"permanent": True, "hearing_loss_db": 99}),
            ("pre_birth", {"proceedings_percent": 90}),
            ("custody", {"age_years": 14, "request": "secure"}),
        ],
    )
    def test_a_tool_without_levels_leaves_the_level_alone(self, tool: str, answers: dict[str, Any]) -> None:
        found = recommended(create_result(tool, answers=answers))

        assert (found.level, found.reasons) == (1, ())
        assert [used.tool for used in found.tools] == [tool]

    @pytest.mark.requirement("TOO-04", "SCR-07")
    @pytest.mark.parametrize(("level", "met"), [(1, False), (2, True)])
    def test_the_matrix_level_is_a_fact_of_the_criteria(self, level: int, met: bool) -> None:
        tool = create_result("domestic_abuse", answers={"matrix_level": level})
        police = create_known(8, values={"source_code": "6"})
        recorded = with_fed_facts(create_findings(concerns=frozenset({"domestic_abuse"})), [tool])
        found = recommend(recorded, police, HAVERING, CONTINUUM, (tool,))

        assert ("hav.criterion.01" in {one.id for one in found.criteria_met}) is met

    @pytest.mark.requirement("TOO-04")
    def test_of_two_scores_the_higher_stands(self) -> None:
        tools = [
            create_result("domestic_abuse", answers={"dash_score": score}, child=child)
            for child, score in (("1", 16), ("2", 9))
        ]

        assert with_fed_facts(create_findings(), tools).values == {"dash_score": 16}
        assert with_fed_facts(create_findings(values={"dash_score": 20}), tools).values == {"dash_score": 20}

    def test_a_childs_age_is_not_taken_for_the_contacts(self) -> None:
        tool = create_result("cse", answers={"age_years": 12}, child="2")

        assert with_fed_facts(create_findings(), [tool]).values == {}

    @pytest.mark.requirement("TOO-01")
    def test_flags_of_a_tool_are_shown(self) -> None:
        found = recommended(create_result("cse", "cse.low.03", answers={"age_years": 12}))

        assert "tool.cse.under_13" in {flag.id for flag in found.flags}

    def test_a_tool_that_was_used_is_something_recorded(self) -> None:
        blank, used = recommended(), recommended(create_result("cse", answers=SIGN))

        assert any("Nothing has been recorded" in caution for caution in blank.cautions)
        assert not any("Nothing has been recorded" in caution for caution in used.cautions)


class TestWhatIsRequired:
    @pytest.mark.requirement("TOO-04")
    @pytest.mark.parametrize(("score", "said"), [(13, 0), (14, 1)])
    def test_a_marac_referral_is_asked_for(self, score: int, said: int) -> None:
        tool = create_result("domestic_abuse", answers={"dash_score": score})

        cautions = cautions_of([tool], set(), False, HAVERING)

        assert len(cautions) == said
        assert all("Referred to MARAC" in caution for caution in cautions)

    @pytest.mark.requirement("TOO-04")
    def test_it_is_said_when_it_was_not_chosen(self) -> None:
        tool = create_result("domestic_abuse", answers={"dash_score": 14})

        (missed,) = cautions_of([tool], {"early_help", None}, True, HAVERING)

        assert "was not chosen" in missed
        assert cautions_of([tool], {"marac"}, True, HAVERING) == ()
