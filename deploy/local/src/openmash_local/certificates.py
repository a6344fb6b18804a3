"""Certificates for the broker and all who connect to it, from an authority of this hub's own."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from mash.messaging.certificates import AUTHORITY, CERTIFICATE, KEY

from openmash_local.credentials import write_private

SERVER = "server"
SERVER_NAMES = ("localhost", "nats")
VALID = timedelta(days=365)
# The next start after this makes a new one.
RENEWED_BEFORE = timedelta(days=60)
AUTHORITY_VALID = timedelta(days=3650)


def provide_certificates(folder: Path, names: Iterable[str]) -> None:
    """Make what is missing or about to run out: a folder a name, and one for the server.

    Only the folder ``authority`` can make more of them; nobody who connects is given it.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    certificate, key = _authority(folder / "authority")
    for name in (SERVER, *names):
        own = folder / name
        own.mkdir(mode=0o700, exist_ok=True)
        if not _is_good(own, certificate):
            _issue(own, name, certificate, key)


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / AUTHORITY).exists():
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name("OpenMASH broker")
        draft = _draft(subject, subject, key, AUTHORITY_VALID)
        draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        draft = draft.add_extension(_usage(signs_others=True), critical=True)
        write_private(folder / KEY, _private(key))
        write_private(folder / AUTHORITY, _text(draft.sign(key, hashes.SHA256())))
    kept = serialization.load_pem_private_key((folder / KEY).read_bytes(), password=None)
    assert isinstance(kept, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes()), kept


def _is_good(folder: Path, authority: x509.Certificate) -> bool:
    """Whether there is a certificate of this authority's that still lasts a while."""
    if not all((folder / name).exists() for name in (CERTIFICATE, KEY, AUTHORITY)):
        return False
    certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    same = (folder / AUTHORITY).read_text() == _text(authority)
    return same and certificate.not_valid_after_utc - datetime.now(UTC) > RENEWED_BEFORE


def _issue(folder: Path, name: str, authority: x509.Certificate, by: ec.EllipticCurvePrivateKey) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    draft = _draft(_name(name), authority.subject, key, VALID)
    draft = draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    draft = draft.add_extension(_usage(signs_others=False), critical=True)
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if name == SERVER else ExtendedKeyUsageOID.CLIENT_AUTH
    draft = draft.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if name == SERVER:
        addresses: list[x509.GeneralName] = [x509.DNSName(one) for one in SERVER_NAMES]
        addresses.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        draft = draft.add_extension(x509.SubjectAlternativeName(addresses), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    draft = draft.add_extension(identifier, critical=False)
    write_private(folder / KEY, _private(key))
    write_private(folder / CERTIFICATE, _text(draft.sign(by, hashes.SHA256())))
    write_private(folder / AUTHORITY, _text(authority))


def _draft(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, valid: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that is a little behind must not refuse a certificate made this minute.
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + valid)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return encoded.decode()
