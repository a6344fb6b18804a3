"""The manifests are what Kubernetes takes, say what the services read, and keep the boundary's walls."""

import kubernetes_validate
import pytest
from mash.web import health
from openmash_local.parts import WITHOUT_WORDS
from support.deployment import (
    GATEWAY,
    SERVICES,
    entry_points,
    factory,
    load_factory,
    load_settings,
    package_of,
    project_version,
    unknown_names,
)
from support.kubernetes import (
    Manifest,
    container,
    environment,
    name_of,
    namespace_of,
    of_kind,
    pod,
    render,
    secrets_named,
    secrets_told,
)

HUB = "openmash-hub"
AGENCIES = ("police", "health", "housing", "probation")
AGENCY_NAMESPACES = tuple(f"openmash-{agency}" for agency in AGENCIES)
PORT = 8080


def service_of(workload: Manifest) -> str:
    """Which of the six services a Deployment or a Job runs."""
    name: str = workload["metadata"]["name"].removesuffix("-migrate")
    return GATEWAY if name == "gateway" else name


def workloads() -> list[Manifest]:
    return of_kind("Deployment") + of_kind("Job")


def peers(policy: Manifest) -> set[str]:
    """Where a policy lets its pods go, in words: namespace, pods, port."""
    return {
        f"{_peer(to)} {port['port']}"
        for rule in policy["spec"]["egress"]
        for to in rule["to"]
        for port in rule["ports"]
    }


def _peer(to: Manifest) -> str:
    if "ipBlock" in to:
        return f"outside {to['ipBlock']['cidr']}"
    pods = to.get("podSelector", {})
    labels = {**to.get("namespaceSelector", {}).get("matchLabels", {}), **pods.get("matchLabels", {})}
    either = ["+".join(one["values"]) for one in pods.get("matchExpressions", ())]
    return "/".join([*labels.values(), *either])


def policies_on(namespace: str, name: str) -> list[Manifest]:
    """The policies that hold for the pods with this name, or with one of the labels they bear."""
    return [policy for policy in of_kind("NetworkPolicy", namespace) if _selects(policy, namespace, name)]


def _selects(policy: Manifest, namespace: str, name: str) -> bool:
    labels = next(
        one["spec"]["template"]["metadata"]["labels"]
        for one in workloads()
        if (namespace_of(one), one["metadata"]["name"]) == (namespace, name)
    )
    selector = policy["spec"]["podSelector"]
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", ())
    )


def reach(namespace: str, name: str) -> set[str]:
    return {
        peer
        for policy in policies_on(namespace, name)
        if "egress" in policy["spec"]
        for peer in peers(policy)
    }


@pytest.mark.parametrize("manifest", render(), ids=name_of)
def test_every_manifest_is_what_kubernetes_takes(manifest: Manifest) -> None:
    kubernetes_validate.validate(manifest, "1.33", strict=True)


def test_each_service_and_each_agency_has_a_deployment() -> None:
    deployed = {(namespace_of(one), one["metadata"]["name"]) for one in of_kind("Deployment")}
    hub = {(HUB, service) for service in SERVICES}
    assert deployed == hub | {(namespace, "gateway") for namespace in AGENCY_NAMESPACES}


@pytest.mark.parametrize("kind", ["Service", "PodDisruptionBudget", "ServiceAccount"])
def test_each_deployment_has_what_goes_with_it(kind: str) -> None:
    beside = {(namespace_of(one), one["metadata"]["name"]) for one in of_kind(kind)}
    assert beside == {(namespace_of(one), one["metadata"]["name"]) for one in of_kind("Deployment")}


def databases_of(kind: str) -> dict[str, dict[str, str]]:
    """Of each service, by its namespace: which secret each of its databases' addresses comes from."""
    return {
        f"{namespace_of(one)}/{one['metadata']['name'].removesuffix('-migrate')}": {
            name: secret for name, secret in secrets_told(one).items() if name.endswith("DATABASE_URL")
        }
        for one in of_kind(kind)
    }


@pytest.mark.requirement("SEAL-03")
class TestWhoOpensADatabase:
    def test_only_a_migration_is_told_of_the_owner(self) -> None:
        used = databases_of("Deployment")
        migrated = databases_of("Job")
        owners = {name: told.pop("MIGRATION_DATABASE_URL") for name, told in migrated.items()}
        assert migrated == used
        assert owners == {name: f"{name.split('/')[1]}-owner-database" for name in used}

    def test_each_has_databases_of_its_own(self) -> None:
        for name, told in databases_of("Deployment").items():
            service = name.split("/")[1]
            keys = {} if service == WITHOUT_WORDS else {"KEYS_DATABASE_URL": f"{service}-keys-database"}
            assert told == {"DATABASE_URL": f"{service}-database"} | keys

    def test_only_what_keeps_words_reaches_a_database_of_keys(self) -> None:
        reaching = {service for service in SERVICES if "databases-hub/keys 5432" in reach(HUB, service)}
        assert reaching == set(SERVICES) - {WITHOUT_WORDS}
        assert all("databases-hub/store 5432" in reach(HUB, service) for service in SERVICES)


def test_services_and_budgets_pick_the_pods_of_their_deployment() -> None:
    for one in of_kind("Service") + of_kind("PodDisruptionBudget"):
        selector = one["spec"]["selector"]
        assert selector.get("matchLabels", selector) == {"app.kubernetes.io/name": one["metadata"]["name"]}


class TestWhatAServiceIsTold:
    @pytest.mark.parametrize("deployment", of_kind("Deployment"), ids=name_of)
    def test_nothing_that_it_does_not_read(self, deployment: Manifest) -> None:
        unknown = unknown_names(service_of(deployment), environment(deployment))
        assert not unknown, f"{name_of(deployment)} sets {sorted(unknown)}, which its settings do not have."

    @pytest.mark.parametrize("deployment", of_kind("Deployment"), ids=name_of)
    def test_all_that_it_needs_to_start_in_production(self, deployment: Manifest) -> None:
        settings = load_settings(service_of(deployment), environment(deployment))
        assert settings.environment == "production"
        assert settings.nats_nkey_seed_file is not None

    @pytest.mark.parametrize("namespace", AGENCY_NAMESPACES)
    def test_a_gateway_is_its_own_agency_s(self, namespace: str) -> None:
        (deployment,) = of_kind("Deployment", namespace)
        settings = load_settings(GATEWAY, environment(deployment))
        agency = namespace.removeprefix("openmash-")
        assert (settings.agency, settings.token_audience) == (agency, f"openmash-{agency}")


class TestHowAContainerRuns:
    @pytest.mark.parametrize("deployment", of_kind("Deployment"), ids=name_of)
    def test_its_command_serves_an_application_of_its_service(self, deployment: Manifest) -> None:
        command = container(deployment)["command"]
        assert factory(command) == f"{package_of(service_of(deployment))}.main:create"
        assert callable(load_factory(factory(command)))
        assert command[command.index("--port") + 1] == str(PORT)

    @pytest.mark.parametrize("job", of_kind("Job"), ids=name_of)
    def test_its_migration_is_a_command_of_its_service(self, job: Manifest) -> None:
        program, argument = container(job)["command"]
        assert program == service_of(job)
        assert program in entry_points()
        assert argument == "migrate"

    @pytest.mark.parametrize("workload", workloads(), ids=name_of)
    def test_it_runs_this_version_of_the_one_image(self, workload: Manifest) -> None:
        assert container(workload)["image"] == f"openmash:{project_version()}"

    @pytest.mark.parametrize("deployment", of_kind("Deployment"), ids=name_of)
    def test_its_probes_ask_what_the_service_answers(self, deployment: Manifest) -> None:
        probes = {
            name: container(deployment)[name] for name in ("livenessProbe", "readinessProbe", "startupProbe")
        }
        paths = {name: probe["httpGet"]["path"] for name, probe in probes.items()}
        assert set(paths.values()) <= {route.path for route in health.router.routes}  # type: ignore[attr-defined]
        assert paths["livenessProbe"].endswith("live")
        assert paths["readinessProbe"].endswith("ready")
        assert container(deployment)["ports"] == [{"name": "http", "containerPort": PORT}]
        assert all(probe["httpGet"]["port"] == "http" for probe in probes.values())

    @pytest.mark.parametrize("workload", workloads(), ids=name_of)
    def test_it_has_no_more_power_than_it_needs(self, workload: Manifest) -> None:
        own, whole = container(workload)["securityContext"], pod(workload)["securityContext"]
        assert own["readOnlyRootFilesystem"]
        assert not own["allowPrivilegeEscalation"]
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert whole["runAsNonRoot"]
        assert whole["runAsUser"] != 0
        assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod(workload)["automountServiceAccountToken"] is False

    @pytest.mark.parametrize("workload", workloads(), ids=name_of)
    def test_its_memory_is_bounded(self, workload: Manifest) -> None:
        resources = container(workload)["resources"]
        assert set(resources["requests"]) == {"cpu", "memory"}
        assert "memory" in resources["limits"]

    @pytest.mark.parametrize("workload", workloads(), ids=name_of)
    def test_what_it_mounts_is_there(self, workload: Manifest) -> None:
        volumes = {volume["name"] for volume in pod(workload)["volumes"]}
        mounts = {mount["name"]: mount["mountPath"] for mount in container(workload)["volumeMounts"]}
        assert set(mounts) == volumes
        told = environment(workload)
        for setting in ("NATS_NKEY_SEED_FILE", "SEALING_KEYS_DIR", "STORE_KEYS_FILE", "AUDIT_KEYS_DIR"):
            if setting in told:
                assert any(told[setting].startswith(path) for path in mounts.values())


@pytest.mark.requirement("SEAL-03")
class TestSecrets:
    def test_none_is_kept_here(self) -> None:
        assert not of_kind("Secret")
        for config_map in of_kind("ConfigMap"):
            assert not {
                key for key in config_map["data"] if "SECRET" in key or "SEED" in key or key == "DATABASE_URL"
            }

    def test_each_service_has_a_database_and_a_bus_identity_of_its_own(self) -> None:
        for deployment in of_kind("Deployment", HUB):
            own = {name for name in secrets_named(deployment) if name != "hub-sealing-keys"}
            name = deployment["metadata"]["name"]
            assert {f"{name}-database", f"{name}-client", f"{name}-nats"} <= own
            assert all(secret.startswith(f"{name}-") for secret in own)

    def test_only_the_enquiry_service_holds_the_keys_of_the_boundary(self) -> None:
        holders = {
            one["metadata"]["name"]
            for one in of_kind("Deployment", HUB)
            if "hub-sealing-keys" in set(secrets_named(one))
        }
        assert holders == {"enquiry"}

    def test_no_two_agencies_share_a_namespace(self) -> None:
        assert len({namespace_of(one) for one in of_kind("Deployment") if service_of(one) == GATEWAY}) == 4


@pytest.mark.requirement("SEAL-02", "RET-01")
class TestWhoReachesWhom:
    @pytest.mark.parametrize("namespace", [HUB, *AGENCY_NAMESPACES])
    def test_what_is_not_allowed_is_denied(self, namespace: str) -> None:
        denials = [
            one["spec"] for one in of_kind("NetworkPolicy", namespace) if one["spec"]["podSelector"] == {}
        ]
        assert denials == [{"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}]

    @pytest.mark.parametrize("agency", AGENCIES)
    def test_a_gateway_reaches_the_bus_and_its_own_databases_only(self, agency: str) -> None:
        assert reach(f"openmash-{agency}", "gateway") == {
            f"databases-{agency}/store+keys 5432",
            "kube-system/kube-dns 53",
            "nats/nats 4222",
            "identity 8443",
        }

    def test_nobody_in_the_hub_reaches_an_agency(self) -> None:
        everywhere = {peer for service in SERVICES for peer in reach(HUB, service)}
        assert not {peer for peer in everywhere if any(agency in peer for agency in AGENCIES)}

    def test_only_notifications_reaches_outside(self) -> None:
        outward = {
            service for service in SERVICES if any(peer.startswith("outside") for peer in reach(HUB, service))
        }
        assert outward == {"notifications"}

    @pytest.mark.requirement("SEAL-04")
    def test_reporting_cannot_ask_any_service_for_words(self) -> None:
        assert not reach(HUB, "reporting") & {f"{service} {PORT}" for service in SERVICES}

    @pytest.mark.parametrize("service", SERVICES)
    def test_a_service_may_be_reached_by_each_that_asks_it(self, service: str) -> None:
        asking = {other for other in SERVICES if f"{service} {PORT}" in reach(HUB, other)}
        rules = [rule for policy in policies_on(HUB, service) for rule in policy["spec"].get("ingress", ())]
        admitted = {_peer(peer) for rule in rules for peer in rule["from"]}
        assert admitted == {"ingress", "monitoring"} | asking

    def test_a_migration_reaches_its_database_and_no_more(self) -> None:
        for job in of_kind("Job"):
            reached = reach(namespace_of(job), job["metadata"]["name"])
            whose = namespace_of(job).removeprefix("openmash-")
            assert {peer.split("/")[0] for peer in reached} == {f"databases-{whose}", "kube-system"}
