"""The floor: a bare FastAPI handler that does the inserts of an accepted contact by asyncpg and nothing else.

It checks nothing, knows nobody and decides nothing. It runs on a database with intake's own tables, so the
rows, the indexes and the triggers are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
from fastapi import FastAPI, Request

CONTACT = """
INSERT INTO contact (id, partnership, reference, version, channel, kind, source_code, referrer_kind,
  is_professional, may_write, received_at, sent_by, child_count, unborn, repeat_count_6_months,
  repeat_count_ever, immediate_danger, needs_person, out_of_hours, missing, document)
VALUES ($1, 'havering', $2, 1, 'portal', 'form', '2A', 'school', true, true, $3, 'portal', 1, false, 0, 0,
  false, false, false, '[]', $4)
"""
MATCH_KEYS = """
INSERT INTO match_key (digest, contact_id, partnership, kind, occasion_id, received_at)
SELECT digest, $2, 'havering', 'person', $2, $3 FROM unnest($1::bytea[]) AS digest
"""
PERSON_KEYS = (
    "INSERT INTO person_key (digest, contact_id) SELECT digest, $2 FROM unnest($1::bytea[]) AS digest"
)
OUTBOX = "INSERT INTO outbox (message_id, subject, payload, created_at) VALUES ($1, $2, $3, $4)"
AUDIT = """
INSERT INTO audit (chain, seq, id, at, subject, action, case_id, purpose, origin, detail, hash)
VALUES ($3, 1, $1, $2, 'portal', 'contact.received', $3, 'intake', '127.0.0.1', '{}', $4)
"""
AUDIT_HEAD = "INSERT INTO audit_head (chain, seq, hash) VALUES ($1, 1, $2)"
CASE_KEY = "INSERT INTO case_key (case_id, key_id) VALUES ($1, $1)"
IDEMPOTENCY = """
INSERT INTO idempotency (subject, key, fingerprint, answer, created_at) VALUES ('portal', $1, $2, $3, $4)
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(os.environ["FLOOR_DATABASE_URL"], min_size=5, max_size=10)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.post("/v1/contacts", status_code=201)
async def accept(request: Request) -> dict[str, str]:
    body = await request.body()
    json.loads(body)
    id, now = uuid4(), datetime.now(UTC)
    reference = f"FLR-26-{id.hex[:12]}"
    digests = [hashlib.sha256(f"{id}{number}".encode()).digest() for number in range(3)]
    async with app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(CASE_KEY, id)
        await connection.execute(CONTACT, id, reference, now, body)
        await connection.execute(MATCH_KEYS, digests, id, now)
        await connection.execute(PERSON_KEYS, digests, id)
        await connection.execute(OUTBOX, uuid4(), "mash.havering.contact.received.v1", body[:600], now)
        await connection.execute(AUDIT, uuid4(), now, id, digests[0])
        await connection.execute(AUDIT_HEAD, id, digests[0])
        answer = json.dumps({"reference": reference})
        await connection.execute(IDEMPOTENCY, id.hex, digests[0].hex(), answer, now)
    return {"reference": reference}
