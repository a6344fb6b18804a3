"""The look and the scripts, served by each service itself under an address that changes with them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Response

from mash.errors import NotFound
from mash.web.request import Public

router = APIRouter(include_in_schema=False, tags=["pages"])

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class NoSuchAsset(NotFound):
    """There is no such file of the pages' look."""


@router.get("/assets/{look}/{asset}")
async def get_asset(look: str, asset: str, _: Public) -> Response:
    """One file. Its address names the version of all, so that a browser may keep it."""
    found = assets().get(asset)
    if found is None:
        raise NoSuchAsset("There is no such file.")
    kept = "public, max-age=31536000, immutable" if look == assets_version() else "no-cache"
    return Response(found, media_type=_TYPES[asset.rpartition(".")[2]], headers={"cache-control": kept})


@cache
def assets() -> dict[str, bytes]:
    """Every file by its name."""
    folder = files("mash.web") / "static"
    return {
        file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in _TYPES
    }


@cache
def assets_version() -> str:
    """A name for all of them as they are."""
    digest = hashlib.sha256()
    for name, content in sorted(assets().items()):
        digest.update(name.encode() + content)
    return digest.hexdigest()[:12]
