"""A gateway is let out to its agency's own system by an overlay that asks for it, and by nothing else."""

from typing import Any

import kubernetes_validate
import pytest
from support.kubernetes import BASE, Manifest, name_of, render

ASKED_FOR = BASE.parent / "examples" / "police-with-own-system"


def policies(manifests: tuple[Manifest, ...]) -> dict[str, dict[str, Any]]:
    return {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}": one["spec"]
        for one in manifests
        if one["kind"] == "NetworkPolicy"
    }


@pytest.mark.requirement("SEAL-02")
class TestTheWayOut:
    def test_is_there_for_nobody_who_has_not_asked(self) -> None:
        before = policies(render())
        assert before
        assert not [name for name in before if name.endswith("/own-system")]

    def test_is_one_more_policy_and_changes_no_other(self) -> None:
        before, after = policies(render()), policies(render(ASKED_FOR))
        assert set(after) - set(before) == {"openmash-police/own-system"}
        assert {name: spec for name, spec in after.items() if name in before} == {
            name: spec for name, spec in before.items() if name.startswith("openmash-police/")
        }

    def test_is_for_the_gateway_and_to_that_system_alone(self) -> None:
        spec = policies(render(ASKED_FOR))["openmash-police/own-system"]
        assert spec == {
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "gateway"}},
            "policyTypes": ["Egress"],
            "egress": [
                {
                    "to": [{"ipBlock": {"cidr": "203.0.113.20/32"}}],
                    "ports": [{"protocol": "TCP", "port": 8443}],
                }
            ],
        }

    @pytest.mark.parametrize("manifest", render(ASKED_FOR), ids=name_of)
    def test_is_what_kubernetes_takes(self, manifest: Manifest) -> None:
        kubernetes_validate.validate(manifest, "1.33", strict=True)
        assert manifest["metadata"].get("namespace", "openmash-police") == "openmash-police"
