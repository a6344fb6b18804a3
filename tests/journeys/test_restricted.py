"""An allegation on the whole hub: open to whoever is named, from its arrival to its end, and no one else."""

from __future__ import annotations

from typing import Any

import pytest
from openmash_local.demo.client import Refused
from support.journeys import RunningHub

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

ALLEGATION = {
    "partnership": "havering",
    "referrer": {"name": "Lynn Marker", "kind": "school", "email": "lmarker@paperlane.sch.example"},
    "adult": {"initials": "JS", "role": "Swimming coach", "setting": "Dolphin Lane Pool"},
    "alleged": "The adult is said to have gripped a child's arm and left a bruise.",
    "child": {"given": "Perran", "family": "Dummyfield", "dob": "2018-05-06"},
    "told_of_child": "Perran told a teacher that an adult had hurt his arm.",
}


def is_there(hub: RunningHub, persona: str, service: str, path: str) -> bool:
    answer = hub.client.knock(service, path, hub.client.token(persona, service))
    assert answer.status_code in (200, 404), answer.text
    return answer.status_code == 200


@pytest.mark.requirement("INT-11", "SEAL-07")
def test_an_allegation_is_for_who_is_named_until_it_is_referred(hub: RunningHub) -> None:
    client = hub.client
    people = {"subjects": ["manager"]}
    client.send("PUT", "dpo", "intake", "/v1/lado-people/havering", json=people)
    made = client.post("referrer-school", "intake", "/v1/allegations", ALLEGATION)
    adult = made["adult"]
    screening = f"/v1/screenings/{adult['contact_id']}"
    client.until("the screening", lambda: is_there(hub, "manager", "screening", screening))

    contact = f"/v1/contacts/{adult['reference']}"
    assert is_there(hub, "manager", "intake", contact)
    for service, path in (("intake", contact), ("screening", screening)):
        assert not is_there(hub, "officer", service, path)
        assert not is_there(hub, "worker", service, path)

    def tasks(persona: str, kind: str) -> list[dict[str, Any]]:
        path = f"/v1/tasks?kind={kind}&contact_id={adult['contact_id']}"
        items: list[dict[str, Any]] = client.get(persona, "notifications", path)["items"]
        return items

    client.until("the task to forward it", lambda: tasks("manager", "forward_to_lado"))
    assert tasks("officer", "forward_to_lado") == []

    client.post("worker", "intake", f"{contact}/emergency-opening", {"reason": "The child is at risk now."})
    client.until("the worker's way in", lambda: is_there(hub, "worker", "screening", screening))
    (raised,) = client.until("the officer's task", lambda: tasks("dpo", "emergency_opening"))
    assert raised["subject"] == "worker"

    decision = {"pathway": "close_with_advice", "level": 2, "rationale": "The designated officer takes it."}
    version = client.get("manager", "screening", screening)["version"]
    with pytest.raises(Refused, match="outcomes"):
        client.post("manager", "screening", f"{screening}/pathway", decision, version)
    referred = {**decision, "outcomes": ["lado"]}
    client.post("manager", "screening", f"{screening}/pathway", referred, version)
    (decided,) = client.get("manager", "screening", screening)["decisions"]
    assert decided["outcomes"] == ["lado"]
    assert not is_there(hub, "officer", "screening", screening)
