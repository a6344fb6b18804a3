"""Where a webhook may go: out, and to nothing of the network that the gateway itself is in.

A name is looked up, and each address it has is judged, when a subscription is made and again at each sending,
which connects to the very address that was judged: a name that is changed in between leads nowhere else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx
from mash.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]

# These hold an IPv4 address within, or lead to a cloud's own services, and look like any public address.
_DISGUISED = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10", "168.63.129.16/32")
)


class AddressRefused(Invalid):
    """The address cannot be used. Whether a name exists inside the network is not told."""

    def __init__(self) -> None:
        super().__init__(
            "The address cannot be used. It has to begin with https://, without a user or a fragment, and "
            "its name has to lead out of the network, or be on the list of those who run the gateway.",
            field="address",
        )


@dataclass(frozen=True)
class Place:
    """An address in its parts, and where to connect to."""

    url: httpx.URL
    connect_to: Sequence[Address]


async def look_up(host: str, port: int) -> Sequence[Address]:
    """The addresses of a host, as this machine knows them. Raises ``OSError`` where it has none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A link-local address of version 6 comes with the name of a card, which says nothing here.
    return [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]


class Allowed:
    """The rule. ``listed`` are hosts and networks that may be told although they are not out of the network.

    A listed host may be private; loopback, link-local and the like have to be listed as a network.
    """

    def __init__(self, listed: Sequence[str], *, http: bool = False, resolve: Resolve = look_up) -> None:
        self._networks = [network for one in listed if (network := _network(one)) is not None]
        self._hosts = {one.lower() for one in listed if _network(one) is None}
        self._schemes = ("https", "http") if http else ("https",)
        self._resolve = resolve

    async def place(self, address: str) -> Place:
        """Where ``address`` leads now. Raises :class:`AddressRefused` unless all of it may be told."""
        url = self._read(address)
        try:
            found = await self._resolve(url.raw_host.decode(), url.port or 443)
        except (OSError, UnicodeError):
            raise AddressRefused from None
        if not found or not all(self._may_tell(url.host.lower(), one) for one in found):
            raise AddressRefused
        return Place(url, found)

    def _read(self, address: str) -> httpx.URL:
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            raise AddressRefused from None
        if url.scheme not in self._schemes or not url.host or url.userinfo or url.fragment:
            raise AddressRefused
        return url

    def _may_tell(self, host: str, address: Address) -> bool:
        address = _plain(address)
        if any(address in network for network in self._networks):
            return True
        if is_outside(address):
            return True
        return host in self._hosts and _is_private_only(address)


def is_outside(address: Address) -> bool:
    """Whether an address is anybody's on the internet, and not of this network or this machine."""
    address = _plain(address)
    disguised = any(address in network for network in _DISGUISED)
    return address.is_global and not address.is_multicast and not address.is_reserved and not disguised


def _is_private_only(address: Address) -> bool:
    special = (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or any(address in network for network in _DISGUISED)
    )
    return not special


def _plain(address: Address) -> Address:
    """An address of version 4 that is written as one of version 6, as what it is."""
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if isinstance(mapped, ipaddress.IPv4Address) else address


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
