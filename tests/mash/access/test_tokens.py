import asyncio
import base64
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from factories.access import ISSUER, Away, Rules, create_issuer, create_network, create_verifier
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from mash.access import NotSignedIn, Role, TokenVerifier
from mash.access.development import Issuer
from mash.http import Unavailable
from support.clock import FakeClock

pytestmark = pytest.mark.requirement("SEAL-09")


class Desk:
    """A verifier, the issuer that it trusts, and a forger's bench with the issuer's own signing key."""

    def __init__(self, directory: Path) -> None:
        self.clock = FakeClock()
        self.directory = directory
        self.issuer = create_issuer(directory, self.clock)
        self.network: Away = create_network(self.issuer)
        self.verifier: TokenVerifier = create_verifier(self.network, self.clock)
        self.key: ECKey | RSAKey = ECKey.import_key(json.loads((directory / "issuer.json").read_bytes()))

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(self.clock.now.timestamp())
        good = {"iss": ISSUER, "aud": "openmash-hub", "sub": "manager", "iat": now, "exp": now + 60}
        merged = good | {"roles": ["manager"], "partnerships": ["havering"]} | changed
        return {name: value for name, value in merged.items() if value is not None}

    def token(self, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        full = {"alg": "ES256", "kid": self.key.kid, "typ": "at+jwt"} | (header or {})
        return jwt.encode(full, self.claims(**claims), key or self.key, algorithms=[full["alg"]])

    def unsigned(self, header: dict[str, Any]) -> str:
        return ".".join(encoded(json.dumps(part).encode()) for part in (header, self.claims()))


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_good_token_names_its_caller(desk: Desk) -> None:
    caller = await desk.verifier.verify(desk.token(agency="police"))
    assert (caller.subject, caller.roles, caller.agency) == (
        "manager",
        frozenset({Role.MANAGER}),
        "police",
    )
    assert caller.may_see("havering")
    assert not caller.may_see("redbridge")


async def test_a_role_of_another_system_means_nothing(desk: Desk) -> None:
    caller = await desk.verifier.verify(desk.token(roles=["manager", "superuser"]))
    assert caller.roles == {Role.MANAGER}


class TestServicesAndPeople:
    """Each case beside a token of the same making that counts."""

    SERVICE: ClassVar[dict[str, Any]] = {"aud": "openmash-intake", "roles": ["service_screening"]}

    @pytest.mark.parametrize(
        ("why", "changed"),
        [
            ("the people's audience", {"aud": "openmash-hub"}),
            ("another service's audience", {"aud": "openmash-enquiry"}),
            ("both audiences", {"aud": ["openmash-intake", "openmash-hub"]}),
            ("a person's role as well", {"roles": ["service_screening", "manager"]}),
            ("no role", {"roles": []}),
        ],
    )
    async def test_refuses_a_service_with(self, desk: Desk, why: str, changed: dict[str, Any]) -> None:
        caller = await desk.verifier.verify(desk.token(**self.SERVICE))
        assert caller.is_service
        with pytest.raises(NotSignedIn):
            await desk.verifier.verify(desk.token(**self.SERVICE | changed))

    @pytest.mark.parametrize("audience", ["openmash-intake", ["openmash-hub", "openmash-intake"]])
    async def test_refuses_a_person_with_a_service_s_audience(self, desk: Desk, audience: Any) -> None:
        assert not (await desk.verifier.verify(desk.token())).is_service
        with pytest.raises(NotSignedIn):
            await desk.verifier.verify(desk.token(aud=audience))


class TestOtherProviders:
    async def test_roles_may_be_inside_another_claim(self, desk: Desk) -> None:
        rules = Rules(token_roles_claim="realm_access.roles", token_roles={"MASH-Managers": "manager"})
        verifier = create_verifier(desk.network, desk.clock, rules)
        inside = {"roles": ["MASH-Managers", "officer", "manager-of-a-shop"]}
        caller = await verifier.verify(desk.token(roles=None, realm_access=inside))
        assert caller.roles == {Role.MANAGER}

    async def test_with_names_of_its_own_a_provider_s_others_mean_nothing(self, desk: Desk) -> None:
        rules = Rules(token_roles={"MASH-Managers": "manager"})
        caller = await create_verifier(desk.network, desk.clock, rules).verify(desk.token(roles=["ops"]))
        assert caller.roles == frozenset()

    @pytest.mark.parametrize("held", [None, {}, {"roles": None}, "roles", ["roles"]])
    async def test_without_the_claim_there_are_no_roles(self, desk: Desk, held: Any) -> None:
        rules = Rules(token_roles_claim="realm_access.roles")
        caller = await create_verifier(desk.network, desk.clock, rules).verify(desk.token(realm_access=held))
        assert caller.roles == frozenset()

    async def test_a_claim_may_have_dots_in_its_name(self, desk: Desk) -> None:
        rules = Rules(token_partnerships_claim="https://mash.example/in")
        within: dict[str, Any] = {"https://mash.example/in": ["redbridge"]}
        token = desk.token(**within)
        assert (await create_verifier(desk.network, desk.clock, rules).verify(token)).may_see("redbridge")

    async def test_partnerships_may_be_among_the_roles(self, desk: Desk) -> None:
        rules = Rules(token_partnerships_claim="roles")
        token = desk.token(roles=["manager", "redbridge"], partnerships=None)
        caller = await create_verifier(desk.network, desk.clock, rules).verify(token)
        assert caller.roles == {Role.MANAGER}
        assert caller.may_see("redbridge")

    def test_a_role_that_there_is_not_stops_the_start(self, desk: Desk) -> None:
        with pytest.raises(ValueError, match="superuser"):
            create_verifier(desk.network, desk.clock, Rules(token_roles={"Admins": "superuser"}))

    @pytest.mark.parametrize("only_in_id", [{"at_hash": "x"}, {"c_hash": "x"}, {"typ": "ID"}])
    async def test_where_all_tokens_are_called_jwt_an_id_token_still_does_not_count(
        self, desk: Desk, only_in_id: dict[str, str]
    ) -> None:
        verifier = create_verifier(desk.network, desk.clock, Rules(token_types=["at+jwt", "JWT"]))
        assert await verifier.verify(desk.token({"typ": "JWT"}))
        with pytest.raises(NotSignedIn):
            await verifier.verify(desk.token({"typ": "JWT"}, **only_in_id))


class TestIdTokens:
    ID: ClassVar[dict[str, Any]] = {"aud": "pages", "nonce": "a-nonce"}

    @pytest.mark.parametrize(
        ("why", "header", "changed"),
        [
            ("another sign-in's nonce", {}, {"nonce": "another"}),
            ("no nonce", {}, {"nonce": None}),
            ("another client", {}, {"aud": "other-pages"}),
            ("several clients and none named", {}, {"aud": ["pages", "other"]}),
            ("several clients and another named", {}, {"aud": ["pages", "other"], "azp": "other"}),
            ("another issuer", {}, {"iss": "https://other.example"}),
            ("expired", {}, {"exp": 1_700_000_000}),
            ("an access token", {"typ": "at+jwt"}, {}),
        ],
    )
    async def test_refuses(
        self, desk: Desk, why: str, header: dict[str, str], changed: dict[str, Any]
    ) -> None:
        good = desk.token({"typ": "JWT"}, **self.ID)
        await desk.verifier.verify_id(good, client_id="pages", nonce="a-nonce")
        token = desk.token({"typ": "JWT"} | header, **self.ID | changed)
        with pytest.raises(NotSignedIn):
            await desk.verifier.verify_id(token, client_id="pages", nonce="a-nonce")


async def test_a_token_for_several_audiences_may_name_ours(desk: Desk) -> None:
    assert await desk.verifier.verify(desk.token(aud=["other", "openmash-hub"]))


@pytest.mark.parametrize(
    ("why", "claims"),
    [
        ("another issuer", {"iss": "https://other.example"}),
        ("an issuer that only begins alike", {"iss": ISSUER + "/"}),
        ("no issuer", {"iss": None}),
        ("another audience", {"aud": "openmash-police"}),
        ("other audiences", {"aud": ["openmash-police", "openmash-health"]}),
        ("no audience", {"aud": None}),
        ("an empty audience", {"aud": []}),
        ("expired", {"exp": 1_700_000_000}),
        ("no expiry", {"exp": None}),
        ("an expiry in words", {"exp": "tomorrow"}),
        ("an expiry that is no number", {"exp": float("nan")}),
        ("an expiry beyond all calendars", {"exp": 10**300}),
        ("an expiry of truth", {"exp": True}),
        ("not yet good", {"nbf": 1_900_000_000}),
        ("issued in the future", {"iat": 1_900_000_000}),
        ("no time of issue", {"iat": None}),
        ("nobody", {"sub": None}),
        ("nobody's name", {"sub": ""}),
        ("a subject that is no text", {"sub": 7}),
        ("roles as one text", {"roles": "manager"}),
        ("partnerships as one text", {"partnerships": "havering"}),
        ("an agency that is no text", {"agency": ["police"]}),
        ("an empty agency", {"agency": ""}),
    ],
)
async def test_refuses_claims_that_do_not_count_here(desk: Desk, why: str, claims: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        await desk.verifier.verify(desk.token(**claims))


@pytest.mark.parametrize(
    ("why", "header"),
    [
        ("an ID token", {"typ": "JWT"}),
        ("no type", {"typ": ""}),
        ("another key id", {"kid": "unknown"}),
        ("a key from an address in the token", {"jku": "https://forger.example/jwks.json"}),
        ("a certificate from an address in the token", {"x5u": "https://forger.example/cert"}),
        ("a certificate in the token", {"x5c": ["MIIB"]}),
        ("an extension to be understood", {"crit": ["b64"], "b64": True}),
    ],
)
async def test_refuses_a_header_that_does_not_count_here(
    desk: Desk, why: str, header: dict[str, Any]
) -> None:
    with pytest.raises(NotSignedIn):
        await desk.verifier.verify(desk.token(header))


async def test_refuses_a_key_that_the_token_brings_itself(desk: Desk) -> None:
    forger = ECKey.generate_key("P-256")
    token = desk.token({"jwk": forger.as_dict(private=False)}, key=forger)
    with pytest.raises(NotSignedIn):
        await desk.verifier.verify(token)


async def test_refuses_another_key_under_the_known_key_id(desk: Desk) -> None:
    with pytest.raises(NotSignedIn):
        await desk.verifier.verify(desk.token(key=ECKey.generate_key("P-256")))


async def test_refuses_the_public_key_used_as_a_shared_secret(desk: Desk) -> None:
    # By hand, because the library itself declines to misuse a public key so.
    for public in (desk.key.as_pem(private=False), desk.key.as_der(private=False)):
        unsigned = desk.unsigned({"alg": "HS256", "kid": desk.key.kid, "typ": "at+jwt"})
        signature = encoded(hmac.digest(public, unsigned.encode(), "sha256"))
        with pytest.raises(NotSignedIn):
            await desk.verifier.verify(f"{unsigned}.{signature}")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "HS256", "ES512"])
async def test_refuses_an_unsigned_token(desk: Desk, algorithm: str) -> None:
    header = {"alg": algorithm, "kid": desk.key.kid, "typ": "at+jwt"}
    for signature in ("", "AAAA"):
        with pytest.raises(NotSignedIn):
            await desk.verifier.verify(f"{desk.unsigned(header)}.{signature}")


async def test_refuses_a_token_with_a_changed_part(desk: Desk) -> None:
    head, body, signature = desk.token().split(".")
    _, other_body, other_signature = desk.token(roles=["ops"]).split(".")
    for parts in ((head, other_body, signature), (head, body, other_signature), (head, body, "")):
        with pytest.raises(NotSignedIn):
            await desk.verifier.verify(".".join(parts))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "é.é.é", "x" * 9000, "e30.e30.e30", "\udcff", "W10.e30."]
)
async def test_refuses_what_is_no_token(desk: Desk, text: str) -> None:
    with pytest.raises(NotSignedIn):
        await desk.verifier.verify(text)


async def test_a_refusal_does_not_say_why(desk: Desk) -> None:
    messages = set()
    for token in (desk.token(exp=1), desk.token(iss="x"), desk.token({"kid": "x"}), "nonsense"):
        with pytest.raises(NotSignedIn) as refused:
            await desk.verifier.verify(token)
        messages.add(refused.value.message)
    assert messages == {"Sign in to go on."}


async def test_allows_for_clocks_half_a_minute_apart(desk: Desk) -> None:
    token = desk.token()
    desk.clock.advance(timedelta(seconds=89))
    assert await desk.verifier.verify(token)


async def test_a_token_seen_before_still_expires(desk: Desk) -> None:
    token = desk.token()
    assert await desk.verifier.verify(token)
    desk.clock.advance(timedelta(seconds=91))
    with pytest.raises(NotSignedIn):
        await desk.verifier.verify(token)


@pytest.mark.parametrize("algorithms", [["HS256"], ["ES256", "none"], []])
def test_settings_cannot_allow_a_weak_algorithm(desk: Desk, algorithms: list[str]) -> None:
    with pytest.raises(ValueError, match="public-key"):
        create_verifier(desk.network, desk.clock, Rules(token_algorithms=algorithms))


class TestIssuerKeys:
    async def test_tokens_go_on_working_while_the_issuer_is_away(self, desk: Desk) -> None:
        await desk.verifier.verify(desk.token())
        desk.network.is_away = True
        desk.clock.advance(timedelta(hours=3))
        assert await desk.verifier.verify(desk.token())

    async def test_a_new_key_of_the_issuer_is_taken_up(self, desk: Desk) -> None:
        await desk.verifier.verify(desk.token())
        changed = self._change_key(desk)
        desk.clock.advance(timedelta(seconds=11))
        assert await desk.verifier.verify(changed.token(changed.clients["manager"]))

    async def test_a_key_withdrawn_by_the_issuer_is_forgotten(self, desk: Desk) -> None:
        token = desk.token(exp=int(desk.clock.now.timestamp()) + 3600)
        await desk.verifier.verify(token)
        self._change_key(desk)
        desk.clock.advance(timedelta(minutes=6))
        await desk.verifier.verify(token)
        await asyncio.sleep(0.1)  # The keys are fetched in the background.
        desk.clock.advance(timedelta(minutes=2))
        with pytest.raises(NotSignedIn):
            await desk.verifier.verify(token)

    async def test_made_up_key_ids_do_not_flood_the_issuer(self, desk: Desk) -> None:
        for number in range(20):
            with pytest.raises(NotSignedIn):
                await desk.verifier.verify(desk.token({"kid": f"made-up-{number}"}))
        assert desk.network.asked.count("/jwks.json") == 1

    async def test_a_start_without_the_issuer_turns_nobody_away_and_mends_itself(self, desk: Desk) -> None:
        desk.network.is_away = True
        with pytest.raises(Unavailable):
            await desk.verifier.verify(desk.token())
        desk.network.is_away = False
        desk.clock.advance(timedelta(seconds=2))
        assert await desk.verifier.verify(desk.token())

    async def test_keys_can_be_put_in_a_file(self, desk: Desk, tmp_path: Path) -> None:
        keys = tmp_path / "jwks.json"
        keys.write_text(json.dumps(desk.issuer.public_keys))
        verifier = create_verifier(desk.network, desk.clock, Rules(token_jwks_url=keys.as_uri()))
        assert await verifier.verify(desk.token())
        assert desk.network.asked == []

    @pytest.mark.parametrize(
        "unfit",
        [
            {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTAx", "kid": "shared"},
            {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "broken"},
            {"kty": "unheard-of", "kid": "strange"},
            "not a key",
        ],
    )
    async def test_an_unfit_key_is_left_out_and_the_others_work(
        self, desk: Desk, tmp_path: Path, unfit: Any
    ) -> None:
        keys = tmp_path / "jwks.json"
        keys.write_text(json.dumps({"keys": [unfit, *desk.issuer.public_keys["keys"]]}))
        verifier = create_verifier(desk.network, desk.clock, Rules(token_jwks_url=keys.as_uri()))
        assert await verifier.verify(desk.token())

    async def test_a_key_for_encryption_signs_nothing(self, desk: Desk, tmp_path: Path) -> None:
        verify = self._verifier_of_one_key(desk, tmp_path, {"use": "enc"})
        with pytest.raises(NotSignedIn):
            await verify(desk.token())

    @pytest.mark.filterwarnings("ignore:Key size")
    @pytest.mark.parametrize(("bits", "counts"), [(1024, False), (2048, True)])
    async def test_a_short_rsa_key_signs_nothing(
        self, desk: Desk, tmp_path: Path, bits: int, counts: bool
    ) -> None:
        desk.key = RSAKey.generate_key(bits, auto_kid=True)
        keys = tmp_path / "jwks.json"
        keys.write_text(json.dumps({"keys": [desk.key.as_dict(private=False)]}))
        verifier = create_verifier(desk.network, desk.clock, Rules(token_jwks_url=keys.as_uri()))
        token = desk.token({"alg": "RS256"})
        if counts:
            assert await verifier.verify(token)
        else:
            with pytest.raises(NotSignedIn):
                await verifier.verify(token)

    @staticmethod
    def _verifier_of_one_key(
        desk: Desk, directory: Path, changed: dict[str, str]
    ) -> Callable[[str], Awaitable[object]]:
        path = directory / "jwks.json"
        path.write_text(json.dumps({"keys": [desk.issuer.public_keys["keys"][0] | changed]}))
        return create_verifier(desk.network, desk.clock, Rules(token_jwks_url=path.as_uri())).verify

    @staticmethod
    def _change_key(desk: Desk) -> Issuer:
        changed = create_issuer(desk.directory, desk.clock, issuer_key_file=desk.directory / "new.json")
        desk.network.app = create_network(changed).app
        return changed
