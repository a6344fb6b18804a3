import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import ECKey, OctKey
from mash.sealing import LARGEST_SEALED_BYTES, Keyring, TooLargeToSeal, Unopenable, make_keys, rotate
from mash.sealing.keyring import SEALED_TYPE, SIGNED_TYPE
from mash.sealing.keys import NoSuchKey, private_path, public_path

WORDS = b'{"given": "Robin", "family": "Testcase", "narrative": "Seen at school with a bruise."}'
MESSAGE_ID = UUID("019a4f00-0000-7000-8000-000000000001")
OTHER_ID = UUID("019a4f00-0000-7000-8000-000000000002")


def urlsafe_b64decode(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def urlsafe_b64encode(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


@dataclass(frozen=True)
class Boundary:
    """The hub and two agencies, and a forger who holds an agency's keys but not the hub's."""

    directory: Path

    def ring(self, own: str) -> Keyring:
        return Keyring.load(self.directory, own)

    def private(self, owner: str, use: str) -> ECKey:
        entries = json.loads(private_path(self.directory, owner).read_bytes())["keys"]
        return ECKey.import_key(next(entry for entry in entries if entry["use"] == use))

    def forged(
        self,
        *,
        signer: str = "hub",
        receiver: str = "police",
        inner: dict[str, Any] | None = None,
        outer: dict[str, Any] | None = None,
        words: bytes = WORDS,
    ) -> bytes:
        """A message made by hand as the keyring makes it, but for what ``inner`` and ``outer`` change."""
        context = {"iss": "hub", "aud": receiver}
        sign_key, seal_key = self.private(signer, "sig"), self.private(receiver, "enc")
        signed = jws.serialize_compact(
            {"alg": "ES256", "kid": sign_key.kid, "typ": SIGNED_TYPE} | context | (inner or {}),
            words,
            sign_key,
            registry=jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False),
        )
        header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": seal_key.kid, "typ": SEALED_TYPE}
        return self.encrypted(header | {"cty": "JOSE"} | context | (outer or {}), signed, seal_key)

    @staticmethod
    def encrypted(header: dict[str, Any], plaintext: str | bytes, key: Any) -> bytes:
        names = [header["alg"], header["enc"], "DEF"]
        registry = jwe.JWERegistry(algorithms=names, strict_check_header=False)
        return jwe.encrypt_compact(header, plaintext, key, registry=registry).encode()


@pytest.fixture(scope="module")
def boundary(tmp_path_factory: pytest.TempPathFactory) -> Boundary:
    directory = tmp_path_factory.mktemp("keys")
    make_keys(directory, ["hub", "police", "health"])
    return Boundary(directory)


def test_a_request_opens_at_the_agency(boundary: Boundary) -> None:
    sealed = boundary.ring("hub").seal(WORDS, "police", message_id=MESSAGE_ID)
    assert boundary.ring("police").open(sealed, message_id=MESSAGE_ID) == WORDS


def test_a_return_opens_at_the_hub(boundary: Boundary) -> None:
    sealed = boundary.ring("police").seal(WORDS, "hub")
    assert boundary.ring("hub").open(sealed, sender="police") == WORDS


@pytest.mark.requirement("SEAL-04", "SEAL-09")
@pytest.mark.parametrize("own", ["health", "hub"])
def test_nobody_but_the_receiver_opens_a_request(boundary: Boundary, own: str) -> None:
    sealed = boundary.ring("hub").seal(WORDS, "police")
    assert boundary.ring("police").open(sealed) == WORDS
    with pytest.raises(Unopenable):
        boundary.ring(own).open(sealed)


@pytest.mark.requirement("SEAL-04")
def test_no_word_shows_in_a_sealed_message(boundary: Boundary) -> None:
    sealed = boundary.ring("hub").seal(WORDS, "police", message_id=MESSAGE_ID)
    shown = b"".join(urlsafe_b64decode(part) for part in sealed.split(b"."))
    assert str(MESSAGE_ID).encode() in shown
    assert not [word for word in (b"Robin", b"Testcase", b"bruise", b"narrative") if word in shown]


def test_two_seals_of_the_same_words_differ(boundary: Boundary) -> None:
    hub = boundary.ring("hub")
    assert hub.seal(WORDS, "police") != hub.seal(WORDS, "police")


@pytest.mark.requirement("SEAL-02", "SEAL-09")
class TestOpenRefuses:
    def test_the_forgers_bench_makes_good_messages_too(self, boundary: Boundary) -> None:
        assert boundary.ring("police").open(boundary.forged()) == WORDS

    def test_another_agencys_message_on_this_agencys_stream(self, boundary: Boundary) -> None:
        sealed = boundary.ring("health").seal(WORDS, "hub")
        with pytest.raises(Unopenable):
            boundary.ring("hub").open(sealed, sender="police")

    def test_a_message_between_agencies(self, boundary: Boundary) -> None:
        sealed = boundary.ring("health").seal(WORDS, "police")
        with pytest.raises(Unopenable):
            boundary.ring("police").open(sealed)

    def test_a_message_with_another_id(self, boundary: Boundary) -> None:
        sealed = boundary.ring("hub").seal(WORDS, "police", message_id=MESSAGE_ID)
        with pytest.raises(Unopenable):
            boundary.ring("police").open(sealed, message_id=OTHER_ID)

    def test_an_agency_that_signs_as_the_hub(self, boundary: Boundary) -> None:
        with pytest.raises(Unopenable):
            boundary.ring("police").open(boundary.forged(signer="health"))

    def test_the_hubs_key_id_over_an_agencys_signature(self, boundary: Boundary) -> None:
        forged = boundary.forged(signer="health", inner={"kid": boundary.private("hub", "sig").kid})
        with pytest.raises(Unopenable):
            boundary.ring("police").open(forged)

    def test_a_request_passed_on_by_its_receiver(self, boundary: Boundary) -> None:
        """The police seal what the hub signed for them to health, as if the hub had written to health."""
        with pytest.raises(Unopenable):
            boundary.ring("health").open(boundary.forged(receiver="health", inner={"aud": "police"}))

    def test_a_message_addressed_to_another(self, boundary: Boundary) -> None:
        forged = boundary.forged(inner={"aud": "health"}, outer={"aud": "health"})
        with pytest.raises(Unopenable):
            boundary.ring("police").open(forged)

    @pytest.mark.parametrize(
        "inner",
        [
            {"iss": "health"},
            {"jti": str(OTHER_ID)},
            {"typ": "at+jwt"},
            {"jku": "https://forger.example/keys"},
            {"crit": ["typ"]},
        ],
    )
    def test_a_signed_header_that_does_not_agree(self, boundary: Boundary, inner: dict[str, Any]) -> None:
        with pytest.raises(Unopenable):
            boundary.ring("police").open(boundary.forged(inner=inner))

    @pytest.mark.parametrize(
        "outer",
        [
            {"enc": "A128GCM"},
            {"enc": "A256CBC-HS512"},
            {"alg": "ECDH-ES"},
            {"alg": "ECDH-ES+A128KW"},
            {"zip": "DEF"},
            {"typ": "JWT"},
            {"kid": "unknown"},
            {"iss": "../police"},
            {"aud": "health"},
            {"jku": "https://forger.example/keys"},
        ],
    )
    def test_a_sealed_header_that_does_not_agree(self, boundary: Boundary, outer: dict[str, Any]) -> None:
        with pytest.raises(Unopenable):
            boundary.ring("police").open(boundary.forged(outer=outer))

    def test_a_public_key_used_as_a_shared_secret(self, boundary: Boundary) -> None:
        public = boundary.private("police", "enc").as_dict(private=False)
        secret = OctKey.import_key({"kty": "oct", "k": public["x"]})
        header = {"alg": "A256KW", "enc": "A256GCM", "kid": public["kid"], "iss": "hub", "aud": "police"}
        with pytest.raises(Unopenable):
            boundary.ring("police").open(boundary.encrypted(header, WORDS, secret))

    def test_words_that_nobody_signed(self, boundary: Boundary) -> None:
        key = boundary.private("police", "enc")
        header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": key.kid, "typ": SEALED_TYPE}
        sealed = boundary.encrypted(header | {"iss": "hub", "aud": "police"}, WORDS, key)
        with pytest.raises(Unopenable):
            boundary.ring("police").open(sealed)

    @pytest.mark.parametrize("part", range(5))
    def test_a_message_with_a_changed_part(self, boundary: Boundary, part: int) -> None:
        parts = boundary.ring("hub").seal(WORDS, "police").split(b".")
        parts[part] = parts[part][:-4] + (b"AAAA" if parts[part][-4:] != b"AAAA" else b"BBBB")
        with pytest.raises(Unopenable):
            boundary.ring("police").open(b".".join(parts))

    def test_a_header_taken_from_another_message(self, boundary: Boundary) -> None:
        hub = boundary.ring("hub")
        one = hub.seal(WORDS, "police", message_id=MESSAGE_ID).split(b".")
        other = hub.seal(WORDS, "police", message_id=OTHER_ID).split(b".")
        with pytest.raises(Unopenable):
            boundary.ring("police").open(b".".join([other[0], *one[1:]]))

    @given(junk=st.binary(max_size=300))
    @settings(max_examples=200, deadline=None)
    def test_anything_else(self, boundary: Boundary, junk: bytes) -> None:
        with pytest.raises(Unopenable):
            boundary.ring("police").open(junk)

    @given(
        header=st.dictionaries(
            st.sampled_from(["alg", "enc", "kid", "epk", "iss", "aud"]), st.none() | st.text()
        )
    )
    @settings(max_examples=200, deadline=None)
    def test_strange_headers(self, boundary: Boundary, header: dict[str, Any]) -> None:
        parts = boundary.ring("hub").seal(WORDS, "police").split(b".")
        changed = json.loads(urlsafe_b64decode(parts[0])) | header
        with pytest.raises(Unopenable):
            boundary.ring("police").open(
                b".".join([urlsafe_b64encode(json.dumps(changed).encode()), *parts[1:]])
            )


class TestSize:
    def test_sealing_costs_little_and_is_not_compressed(self, boundary: Boundary) -> None:
        sealed = boundary.ring("hub").seal(b"a" * 9_000, "police", message_id=MESSAGE_ID)
        assert 9_000 * 16 / 9 < len(sealed) < 9_000 * 16 / 9 + 1_500

    def test_the_longest_message_goes_through(self, boundary: Boundary) -> None:
        words = b"a" * 111_000
        sealed = boundary.ring("police").seal(words, "hub", message_id=MESSAGE_ID)
        assert len(sealed) <= LARGEST_SEALED_BYTES
        assert boundary.ring("hub").open(sealed, sender="police") == words

    def test_a_longer_one_is_refused_to_its_writer(self, boundary: Boundary) -> None:
        with pytest.raises(TooLargeToSeal):
            boundary.ring("police").seal(b"a" * 113_000, "hub")

    def test_a_longer_one_is_not_opened(self, boundary: Boundary) -> None:
        forged = boundary.forged(words=b"a" * 113_000)
        with pytest.raises(Unopenable):
            boundary.ring("police").open(forged)


class TestRotate:
    def test_what_was_sealed_before_still_opens(self, tmp_path: Path) -> None:
        make_keys(tmp_path, ["hub", "police"])
        sealed = Keyring.load(tmp_path).seal(WORDS, "police")
        rotate(tmp_path, "police")
        rotate(tmp_path, "hub")
        assert Keyring.load(tmp_path, "police").open(sealed) == WORDS

    def test_what_is_sealed_afterwards_uses_the_new_keys(self, tmp_path: Path) -> None:
        make_keys(tmp_path, ["hub", "police"])
        before = key_ids(tmp_path, "police")
        rotate(tmp_path, "police")
        header = Keyring.load(tmp_path).seal(WORDS, "police").split(b".")[0]
        assert json.loads(urlsafe_b64decode(header))["kid"] not in before

    def test_running_services_take_up_new_keys(self, tmp_path: Path) -> None:
        make_keys(tmp_path, ["hub", "police"])
        hub, police = Keyring.load(tmp_path), Keyring.load(tmp_path, "police")
        assert police.open(hub.seal(WORDS, "police")) == WORDS
        for _ in range(3):
            rotate(tmp_path, "police")
            rotate(tmp_path, "hub")
            assert police.open(hub.seal(WORDS, "police")) == WORDS

    def test_the_keys_before_last_are_gone(self, tmp_path: Path) -> None:
        make_keys(tmp_path, ["hub", "police"])
        sealed = Keyring.load(tmp_path).seal(WORDS, "police")
        rotate(tmp_path, "police")
        rotate(tmp_path, "police")
        assert len(key_ids(tmp_path, "police")) == 4
        with pytest.raises(Unopenable):
            Keyring.load(tmp_path, "police").open(sealed)


def key_ids(directory: Path, owner: str) -> set[str]:
    return {entry["kid"] for entry in json.loads(public_path(directory, owner).read_bytes())["keys"]}


@pytest.mark.parametrize("own", ["hub", "../hub", ""])
def test_a_keyring_without_keys_does_not_start(tmp_path: Path, own: str) -> None:
    with pytest.raises(NoSuchKey):
        Keyring.load(tmp_path, own)


def test_sealing_to_nobody_known_is_refused(boundary: Boundary) -> None:
    with pytest.raises(NoSuchKey):
        boundary.ring("hub").seal(WORDS, "housing")
