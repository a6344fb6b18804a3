"""The client's side of mutual TLS with the broker.

A certificate opens the door and says nothing about who speaks: that is the nkey.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

CERTIFICATE, KEY, AUTHORITY = "tls.crt", "tls.key", "ca.crt"
SCHEME = "tls://"


class PlainBus(Exception):
    """The service was told to speak to the broker in the clear, which is for development alone."""


def require_tls(servers: str, folder: Path | None) -> None:
    """Raise :class:`PlainBus` unless every server in NATS_URL is reached by mutual TLS."""
    if folder is None:
        raise PlainBus(
            "NATS_CERTIFICATES_DIR is missing: outside development the bus is spoken to by mutual TLS only."
        )
    if plain := [server for server in servers.split(",") if not server.strip().startswith(SCHEME)]:
        raise PlainBus(
            f"NATS_URL must begin with {SCHEME} for every server, and does not for {', '.join(plain)}."
        )


def tls_options(folder: Path | None) -> dict[str, Any]:
    """Return how to connect with the certificate, key and authority in ``folder``; without one, in the clear.

    The names are those of a Kubernetes secret of TLS. Raises ``OSError`` or ``ssl.SSLError`` for files that
    are missing or no certificates.
    """
    if folder is None:
        return {}
    context = ssl.create_default_context(cafile=str(folder / AUTHORITY))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    # The broker says nothing before the handshake.
    return {"tls": context, "tls_handshake_first": True}
