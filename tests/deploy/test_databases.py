"""The databases in production are those of a developer's machine, and a destroyed key does not come back."""

import pytest
from openmash_local.databases import Store
from openmash_local.parts import AGENCIES, WITHOUT_WORDS, stores
from support.deployment import SERVICES
from support.kubernetes import ROOT, Manifest, namespace_of, render

DATABASES = render(ROOT / "deploy/k8s/databases")
NAMESPACES = ("databases-hub", *(f"databases-{agency}" for agency in AGENCIES))


def of(kind: str, namespace: str) -> dict[str, Manifest]:
    found = [one for one in DATABASES if one["kind"] == kind and namespace_of(one) == namespace]
    return {one["metadata"]["name"]: one["spec"] for one in found}


def stores_in(namespace: str) -> list[Store]:
    """Each agency's is called the same, as it is in a namespace of its own."""
    if namespace != "databases-hub":
        return [Store("gateway")]
    return [store for store in stores() if store.name in SERVICES]


def cluster_of(database: str) -> str:
    return "keys" if database.endswith("_keys") else "store"


def lines_of_access(cluster: Manifest) -> list[str]:
    lines: list[str] = cluster["postgresql"]["pg_hba"]
    return lines


@pytest.mark.requirement("SEAL-03", "RET-01")
@pytest.mark.parametrize("namespace", NAMESPACES)
class TestWhoOpensWhich:
    def test_each_database_is_in_the_cluster_for_it_and_has_its_owner(self, namespace: str) -> None:
        made = {
            (one["name"], one["owner"], one["cluster"]["name"]) for one in of("Database", namespace).values()
        }
        wanted = {
            (name, roles[0], cluster_of(name))
            for store in stores_in(namespace)
            for name, roles in store.databases.items()
        }
        assert made == wanted

    @pytest.mark.parametrize("cluster", ["store", "keys"])
    def test_only_its_roles_open_it_by_tls_and_password(self, namespace: str, cluster: str) -> None:
        *admitted, last = lines_of_access(of("Cluster", namespace)[cluster])
        assert admitted == [
            f"hostssl {name} {','.join(roles)} all scram-sha-256"
            for store in stores_in(namespace)
            for name, roles in store.databases.items()
            if cluster_of(name) == cluster
        ]
        assert last == "host all all all reject"

    @pytest.mark.parametrize("cluster", ["store", "keys"])
    def test_every_role_is_an_ordinary_one(self, namespace: str, cluster: str) -> None:
        roles = of("Cluster", namespace)[cluster]["managed"]["roles"]
        assert {role["name"] for role in roles} == {
            role
            for store in stores_in(namespace)
            for name, admitted in store.databases.items()
            for role in admitted
            if cluster_of(name) == cluster
        }
        assert all(role.keys() == {"name", "login", "passwordSecret"} for role in roles)
        assert not of("Cluster", namespace)[cluster]["enableSuperuserAccess"]


@pytest.mark.parametrize("namespace", NAMESPACES)
class TestWhatIsKept:
    def test_each_cluster_is_backed_up_every_day(self, namespace: str) -> None:
        backups = of("ScheduledBackup", namespace).values()
        assert (
            {one["cluster"]["name"] for one in backups} == set(of("Cluster", namespace)) == {"store", "keys"}
        )
        for name, cluster in of("Cluster", namespace).items():
            (plugin,) = cluster["plugins"]
            assert plugin["isWALArchiver"]
            assert plugin["parameters"]["barmanObjectName"] in of("ObjectStore", namespace)
            assert name == plugin["parameters"]["barmanObjectName"]

    def test_keys_are_kept_for_a_week_at_most_and_words_for_longer(self, namespace: str) -> None:
        days = {
            name: int(one["retentionPolicy"].removesuffix("d"))
            for name, one in of("ObjectStore", namespace).items()
        }
        assert days["keys"] <= 7 < days["store"]

    def test_no_statement_is_logged(self, namespace: str) -> None:
        for cluster in of("Cluster", namespace).values():
            said = cluster["postgresql"]["parameters"]
            assert (said["log_statement"], said["log_min_error_statement"]) == ("none", "panic")


def test_no_two_share_a_bucket() -> None:
    buckets = [
        one["configuration"]["destinationPath"]
        for space in NAMESPACES
        for one in of("ObjectStore", space).values()
    ]
    assert len(buckets) == len(set(buckets)) == 2 * len(NAMESPACES)


def test_reporting_keeps_no_words_and_so_no_keys() -> None:
    assert f"{WITHOUT_WORDS}-keys" not in of("Database", "databases-hub")
