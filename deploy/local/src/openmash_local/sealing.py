"""The keys that are made once: what seals messages, what opens stores, and what signs audits."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from mash.sealing.keyring import HUB
from mash.sealing.keys import make_keys, public_path
from mash.sealing.store_keys import make_store_keys


def provide_sealing_keys(folder: Path, agencies: Sequence[str]) -> None:
    """An agency knows the hub's public key and no other agency's; the hub knows them all."""
    for owner in (HUB, *agencies):
        (folder / owner).mkdir(mode=0o700, exist_ok=True)
        make_keys(folder / owner, [owner])
    for agency in agencies:
        shutil.copyfile(public_path(folder / HUB, HUB), public_path(folder / agency, HUB))
        shutil.copyfile(public_path(folder / agency, agency), public_path(folder / HUB, agency))


def provide_store_keys(folder: Path, owners: Iterable[str]) -> None:
    """Make each owner's file of its own keys, which no other part is given, unless it is there."""
    for owner in owners:
        make_store_keys(folder / f"{owner}.json")


def provide_audit_keys(folder: Path, owners: Sequence[str]) -> None:
    """Each owner's folder holds its own pair, and everybody's public keys, so that any may check any."""
    for owner in owners:
        (folder / owner).mkdir(mode=0o700, exist_ok=True)
        make_keys(folder / owner, [audit_signer(owner)])
    for owner in owners:
        published = public_path(folder / owner, audit_signer(owner))
        for other in set(owners) - {owner}:
            shutil.copyfile(published, folder / other / published.name)


def audit_signer(owner: str) -> str:
    """The name under which a service, or an agency's gateway, signs its audit."""
    return f"audit-{owner}"
