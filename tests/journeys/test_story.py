"""The whole story on the whole hub: eleven processes, real servers, and nothing but public interfaces."""

from __future__ import annotations

from typing import Any

import pytest
from openmash_local.demo import arrivals
from openmash_local.demo.client import Refused
from openmash_local.parts import AGENCIES, PARTS
from support.journeys import Played

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

WORDS_OF_THE_CASE = ("Testcase", "Mockford", "Placeholme", "Sample Street", "hides under the bed")


def screening(played: Played, name: str) -> dict[str, Any]:
    contact_id = played.story.contacts[name]["contact_id"]
    found: dict[str, Any] = played.client.get("manager", "screening", f"/v1/screenings/{contact_id}")
    return found


@pytest.mark.requirement("INT-01", "INT-02", "INT-03", "INT-21")
class TestIntake:
    def test_every_concern_is_a_contact_with_its_channel_and_source(self, played: Played) -> None:
        listed = played.client.get("officer", "intake", "/v1/contacts")["items"]
        found = {one["reference"]: (one["channel"], one["source_code"]) for one in listed}
        assert [found[contact["reference"]] for contact in played.story.contacts.values()] == [
            ("email", "6"),
            ("email", "3F"),
            ("portal", "2A"),
        ]

    @pytest.mark.requirement("IDN-03")
    def test_the_school_is_the_second_to_tell_of_the_family(self, played: Played) -> None:
        assert screening(played, "school")["repeat_count"] == 1

    @pytest.mark.requirement("INT-20")
    def test_a_message_that_comes_twice_is_one_contact(self, played: Played) -> None:
        message = arrivals.message("ambulance")
        headers = {"Content-Type": "message/rfc822"}
        first, second = [
            played.client.send(
                "POST",
                "mailbox",
                "intake",
                "/v1/emails?partnership=havering",
                content=message,
                headers=headers,
            ).json()["contacts"][0]["reference"]
            for _ in range(2)
        ]
        assert first == second


@pytest.mark.requirement("SCR-01", "SCR-08", "SCR-10")
class TestScreening:
    def test_each_contact_has_the_pathway_its_manager_chose(self, played: Played) -> None:
        pathways = {name: screening(played, name)["pathway"] for name in played.story.contacts}
        assert pathways["ambulance"] == "early_help"
        assert pathways["school"] == "enquiry"
        assert screening(played, "police")["worker"] == "worker"

    @pytest.mark.requirement("SCR-14")
    def test_the_clock_started_at_receipt(self, played: Played) -> None:
        contact = played.story.contacts["school"]
        assert screening(played, "school")["received_at"] == contact["received_at"]

    def test_the_outcome_of_the_enquiry_comes_back_to_the_screener(self, played: Played) -> None:
        outcome = played.client.until(
            "the outcome", lambda: screening(played, "school")["enquiry_outcome"], seconds=20
        )
        assert outcome == "section_17_assessment"


@pytest.mark.requirement("ENQ-01", "ENQ-05", "ENQ-06", "ENQ-10")
class TestEnquiry:
    def test_each_agency_answered_from_its_own_store(self, played: Played) -> None:
        answers = {one["agency"]: one["answer"] for one in played.story.snapshot["agencies"]}
        assert answers == {
            "police": "information",
            "health": "information",
            "housing": "information",
            "probation": "nil",
        }

    def test_nobody_was_silent_and_everybody_was_in_time(self, played: Played) -> None:
        assert played.story.snapshot["silent"] == []
        assert all(one["in_time"] for one in played.story.snapshot["agencies"])

    @pytest.mark.requirement("ENQ-11")
    def test_there_is_proof_that_each_request_lay_in_its_queue(self, played: Played) -> None:
        path = f"/v1/enquiries/{played.story.enquiry['enquiry_id']}/proof"
        notices = played.client.get("manager", "enquiry", path)["notices"]
        received = {one["agency"] for one in notices if one["delivery"] == "received"}
        assert received == set(AGENCIES)


@pytest.mark.requirement("RET-01", "RET-03", "RET-04")
class TestGateways:
    @pytest.mark.parametrize("agency", ["police", "health", "housing"])
    def test_an_agencys_ledger_says_what_left_and_how_it_was_used(self, played: Played, agency: str) -> None:
        def used() -> list[dict[str, Any]] | None:
            lines = played.client.get(f"lead-{agency}", f"gateway-{agency}", "/v1/ledger")["items"]
            shared = [line for line in lines if line["text"]]
            return shared if shared and all(line["outcome"] for line in shared) else None

        shared = played.client.until("how it was used", used, seconds=20)
        assert all(line["lawful_basis"] and line["caveat"] for line in shared)

    @pytest.mark.parametrize("agency", AGENCIES)
    @pytest.mark.parametrize("other", AGENCIES)
    def test_only_its_own_researcher_opens_a_gateway(self, played: Played, agency: str, other: str) -> None:
        token = played.client.token(f"researcher-{other}", f"gateway-{other}")
        answer = played.client.knock(f"gateway-{agency}", "/v1/requests?which=all", token)
        assert answer.status_code == (200 if agency == other else 401)


@pytest.mark.requirement("INT-07", "FBK-01", "FBK-04")
class TestNotifications:
    def test_the_school_was_told_at_once_and_again_after_the_decision(self, played: Played) -> None:
        contact_id = played.story.contacts["school"]["contact_id"]
        rows = played.client.get("officer", "notifications", f"/v1/notifications?contact_id={contact_id}")[
            "items"
        ]
        assert {row["purpose"]: row["in_time"] for row in rows} == {"acknowledgement": True, "feedback": True}

    def test_no_mail_says_whom_it_is_about(self, played: Played) -> None:
        mails = played.client.mail_to(arrivals.SCHOOL_MAIL)
        assert len(mails) >= 2
        assert [word for word in WORDS_OF_THE_CASE for mail in mails if word in str(mail)] == []


@pytest.mark.requirement("REP-01", "REP-02", "REP-06")
class TestReporting:
    def test_the_month_counts_the_story(self, played: Played) -> None:
        figures = played.story.figures
        assert figures["enquiries"] == 1
        # Another journey on this hub has sent a contact straight to duty assessment.
        assert figures["contacts_to_statutory_assessment"] >= 1
        assert {one["group"] for one in figures["contact_source"]} == {"6", "3F", "2A"}

    def test_a_rebuild_gives_the_same_figures(self, played: Played) -> None:
        path = f"/v1/reports/monthly?partnership=havering&month={played.story.figures['month']}"
        settled = ("contact_source", "enquiry_outcomes", "rating_movement", "agency_answers")

        def figures() -> dict[str, Any]:
            report = played.client.get("analyst", "reporting", path)
            return {name: report[name] for name in settled}

        before = figures()
        played.client.post("ops", "reporting", "/v1/rebuild", None)
        assert figures() == before

    def test_prometheus_is_told(self, played: Played) -> None:
        answer = played.client.knock("reporting", "/metrics", None)
        assert 'mash_enquiries_decided_total{in_time="true",outcome="section_17_assessment"' in answer.text


def test_nothing_was_set_aside_on_the_way(played: Played) -> None:
    services = [part.name for part in PARTS if part.database]
    assert [played.client.get("ops", name, "/v1/dead-letters") for name in services] == [[]] * len(services)


def test_an_unknown_caller_is_refused_everywhere(played: Played) -> None:
    with pytest.raises(Refused, match="403"):
        played.client.get("analyst", "intake", "/v1/contacts")
