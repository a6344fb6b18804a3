"""Sealed messages: what crosses the hub's boundary is readable only by the one it is addressed to."""

from mash.sealing.keyring import LARGEST_SEALED_BYTES, Keyring, TooLargeToSeal, Unopenable
from mash.sealing.keys import make_keys, rotate

__all__ = ["LARGEST_SEALED_BYTES", "Keyring", "TooLargeToSeal", "Unopenable", "make_keys", "rotate"]
