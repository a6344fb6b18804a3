"""The HTTP side of a service: problems, headers, identifiers, lists, health."""

from mash.web.concurrency import IfMatch, StaleVersion, etag
from mash.web.idempotency import IdempotencyKey, fingerprint, once
from mash.web.models import Strict
from mash.web.paging import Cursor, Page, Place, decode_cursor, encode_cursor
from mash.web.request import HubDep, Public

__all__ = [
    "Cursor",
    "HubDep",
    "IdempotencyKey",
    "IfMatch",
    "Page",
    "Place",
    "Public",
    "StaleVersion",
    "Strict",
    "decode_cursor",
    "encode_cursor",
    "etag",
    "fingerprint",
    "once",
]
