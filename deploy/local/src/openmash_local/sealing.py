"""Sealing keys: each owner's folder holds its own pair, and the public keys of those it writes to."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from mash.sealing.keyring import HUB
from mash.sealing.keys import make_keys, public_path


def provide_sealing_keys(folder: Path, agencies: Sequence[str]) -> None:
    """An agency knows the hub's public key and no other agency's; the hub knows them all."""
    for owner in (HUB, *agencies):
        (folder / owner).mkdir(mode=0o700, exist_ok=True)
        make_keys(folder / owner, [owner])
    for agency in agencies:
        shutil.copyfile(public_path(folder / HUB, HUB), public_path(folder / agency, HUB))
        shutil.copyfile(public_path(folder / agency, agency), public_path(folder / HUB, agency))
