"""An agency's own client of the hub's broker, in the place of a gateway: a worked example.

It needs `nats-py[nkeys]` and `joserfc` and nothing else of this project. It takes in what the hub asks, opens
it with the agency's own key, keeps it in a store of its own, and answers each message with a receipt. What to
answer is for a person to say; nothing leaves by itself.

    python nats_client.py run
    python nats_client.py list
    python nats_client.py show REQUEST
    python nats_client.py nil REQUEST --system "Case records"
    python nats_client.py inform REQUEST "What is known." --system "Case records" --recorded-on 2026-10-02 \\
        --lawful-basis "Children Act 1989, section 47" --why "It bears on the child's safety."

Its settings are environment variables: AGENCY, NATS_URL, NATS_NKEY_SEED_FILE, SEALING_KEYS_DIR, STORE (a
file) and, where the broker asks for certificates, NATS_CERTIFICATES_DIR.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import ssl
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import nats
import nats.errors
import nats.js.errors
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.registry import HeaderParameter

API_PREFIX = "hubjs"
FETCH_SECONDS = 5.0
SEND_AGAIN_SECONDS = 0.2
MOST_BYTES = 200_000
ASKING = ("request", "changed")
CLOSING = ("cancelled", "withdrawn")
# What a message is about, and the kind of receipt that answers it.
RECEIPTS = {"request_id": "receipt", "product_id": "product_receipt", "discussion_id": "discussion_receipt"}

_NAMES = {
    "iss": HeaderParameter("Sender", "str", required=True),
    "aud": HeaderParameter("Receiver", "str", required=True),
    "jti": HeaderParameter("Message id", "str"),
}
# The only algorithms there are at this boundary; a message that names others is not opened.
SEALED = jwe.JWERegistry(header_registry=_NAMES, algorithms=["ECDH-ES+A256KW", "A256GCM"])
SEALED.max_ciphertext_length = MOST_BYTES
SIGNED = jws.JWSRegistry(header_registry=_NAMES, algorithms=["ES256"])
SIGNED.max_payload_length = MOST_BYTES


class CannotOpen(Exception):
    """The message is not for us, not from the hub, or not whole."""


class Keys:
    """The agency's private keys and the hub's public ones, read each time, so that new ones are taken up."""

    def __init__(self, folder: Path, agency: str) -> None:
        self.folder, self.agency = folder, agency

    def _read(self, file: str, use: str) -> list[Any]:
        entries = json.loads((self.folder / file).read_bytes())["keys"]
        return [ECKey.import_key(entry) for entry in entries if entry["use"] == use]

    def _find(self, file: str, use: str, kid: str) -> Any:
        for key in self._read(file, use):
            if key.kid == kid:
                return key
        raise CannotOpen

    def open(self, token: bytes) -> dict[str, Any]:
        """What the hub says. Both layers have to name the hub, us, and the same message."""
        private, public = f"{self.agency}.private.jwks.json", "hub.public.jwks.json"
        try:
            # While keys are changed there are two; the header says to which of them it was sealed.
            outer = jwe.decrypt_compact(
                token, lambda one: self._find(private, "enc", one.headers()["kid"]), registry=SEALED
            )
            names = {name: outer.headers().get(name) for name in _NAMES}
            inner = jws.extract_compact(outer.plaintext or b"", registry=SIGNED)
            signed_names = {name: inner.headers().get(name) for name in _NAMES}
            key = self._find(public, "sig", inner.headers()["kid"])
            verified = jws.validate_compact(inner, key, registry=SIGNED)
        except (JoseError, ValueError, KeyError, TypeError):
            raise CannotOpen from None
        types = (outer.headers().get("typ"), inner.headers().get("typ"))
        if not verified or types != ("mash-message+jwe", "mash-message+jws"):
            raise CannotOpen
        if signed_names != names or (names["iss"], names["aud"]) != ("hub", self.agency):
            raise CannotOpen
        message: dict[str, Any] = json.loads(inner.payload)
        if names["jti"] not in (None, message["message_id"]):
            raise CannotOpen
        return message

    def seal(self, message: dict[str, Any]) -> bytes:
        """A message that the hub alone can read, signed by us. The newest key of a file is its last."""
        names = {"iss": self.agency, "aud": "hub", "jti": message["message_id"]}
        own = self._read(f"{self.agency}.private.jwks.json", "sig")[-1]
        hub = self._read("hub.public.jwks.json", "enc")[-1]
        inner = {"alg": "ES256", "kid": own.kid, "typ": "mash-message+jws", **names}
        signed = jws.serialize_compact(inner, json.dumps(message).encode(), own, registry=SIGNED)
        outer = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": hub.kid, "typ": "mash-message+jwe"}
        return jwe.encrypt_compact(outer | {"cty": "JOSE", **names}, signed, hub, registry=SEALED).encode()


class Store:
    """What came and what is to go, in one file; keep it where the agency keeps what is as sensitive."""

    def __init__(self, path: str) -> None:
        self.path = path
        with closing(self._connect()) as db:
            db.executescript("""
                CREATE TABLE IF NOT EXISTS message (
                    message_id TEXT PRIMARY KEY, enquiry_id TEXT, request_id TEXT, kind TEXT, body TEXT);
                CREATE TABLE IF NOT EXISTS outgoing (
                    place INTEGER PRIMARY KEY, message_id TEXT UNIQUE, enquiry_id TEXT, request_id TEXT,
                    kind TEXT, body TEXT, sent_at TEXT);
                CREATE TABLE IF NOT EXISTS set_aside (place INTEGER PRIMARY KEY, at TEXT, sealed BLOB UNIQUE);
            """)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=10)
        db.execute("PRAGMA synchronous = FULL")
        # What is deleted is overwritten, and does not linger in the file.
        db.execute("PRAGMA secure_delete = ON")
        return db

    def take_in(self, message: dict[str, Any], receipt: dict[str, Any] | None) -> None:
        """Keep a message with its receipt, both or neither. A repeat changes nothing."""
        id, enquiry, kind = message["message_id"], message.get("enquiry_id"), message["kind"]
        kept = (id, enquiry, message.get("request_id"), kind, json.dumps(message))
        with closing(self._connect()) as db, db:
            if kind == "erased":
                # The hub's time to keep the case is over, and with it ours to keep what the hub said.
                db.execute("DELETE FROM message WHERE enquiry_id = ?", (enquiry,))
                db.execute("DELETE FROM outgoing WHERE enquiry_id = ?", (enquiry,))
            if db.execute("INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?, ?)", kept).rowcount and receipt:
                _put_outgoing(db, receipt)

    def set_aside(self, sealed: bytes) -> None:
        """Keep what cannot be opened for a person to look at; left in the queue, it would come for ever."""
        with closing(self._connect()) as db, db:
            db.execute(
                "INSERT OR IGNORE INTO set_aside (at, sealed) VALUES (?, ?)", (_now().isoformat(), sealed)
            )

    def asked(self, request_id: str) -> dict[str, Any]:
        """What is asked now: the highest version counts, in whatever order the messages came."""
        with closing(self._connect()) as db:
            rows = db.execute("SELECT body FROM message WHERE request_id = ?", (request_id,)).fetchall()
        said = sorted((json.loads(body) for (body,) in rows), key=lambda one: one["version"])
        asking = [one for one in said if one["kind"] in ASKING]
        if not asking:
            raise SystemExit("There is no such request.")
        # A change that names nobody changes nothing in whom it is about.
        people: list[Any] = next((one["people"] for one in reversed(asking) if one["people"]), [])
        closed = [one["kind"] for one in said if one["kind"] in CLOSING]
        newest_closes = closed and said[-1]["version"] > asking[-1]["version"]
        return {**asking[-1], "people": people, "state": closed[-1] if newest_closes else "open"}

    def requests(self) -> list[str]:
        """The ids of all requests."""
        with closing(self._connect()) as db:
            rows = db.execute("SELECT DISTINCT request_id FROM message WHERE kind = 'request'").fetchall()
        return [id for (id,) in rows]

    def answer(self, message: dict[str, Any]) -> int:
        """Put an answer on its way, and return its version: 1 of a first answer, more of a correction."""
        if len(json.dumps(message)) > MOST_BYTES // 2:
            raise SystemExit("The answer is longer than can be sent at once. Shorten it to what is needed.")
        about = message["request_id"]
        said = "SELECT count(*) FROM outgoing WHERE request_id = ? AND kind IN ('return', 'correction')"
        with closing(self._connect()) as db, db:
            db.execute("BEGIN IMMEDIATE")
            version = int(db.execute(said, (about,)).fetchone()[0]) + 1
            kind = "return" if version == 1 else "correction"
            _put_outgoing(db, {**message, "kind": kind, "version": version})
        return version

    def unsent(self) -> list[dict[str, Any]]:
        """What the broker has not acknowledged yet, in order."""
        with closing(self._connect()) as db:
            rows = db.execute("SELECT body FROM outgoing WHERE sent_at IS NULL ORDER BY place").fetchall()
        return [json.loads(body) for (body,) in rows]

    def mark_sent(self, message_id: str) -> None:
        with closing(self._connect()) as db, db:
            db.execute(
                "UPDATE outgoing SET sent_at = ? WHERE message_id = ?", (_now().isoformat(), message_id)
            )


def _put_outgoing(db: sqlite3.Connection, message: dict[str, Any]) -> None:
    id, about, kind = message["message_id"], message.get("request_id"), message["kind"]
    kept = (id, message["enquiry_id"], about, kind, json.dumps(message))
    columns = "message_id, enquiry_id, request_id, kind, body"
    db.execute(f"INSERT INTO outgoing ({columns}) VALUES (?, ?, ?, ?, ?)", kept)  # noqa: S608 - names of ours


def receipt_for(message: dict[str, Any]) -> dict[str, Any] | None:
    """The hub's proof that a message lies in our store; None of what asks for none.

    Its id follows from that of the message, so that a second one is known as the same.
    """
    about = next((name for name in RECEIPTS if name in message), None)
    if about is None:
        return None
    return {
        "message_id": str(uuid5(UUID(message["message_id"]), "receipt")),
        "kind": RECEIPTS[about],
        "partnership": message["partnership"],
        "enquiry_id": message["enquiry_id"],
        about: message[about],
        "version": message.get("version"),
        "receipt_of": message["message_id"],
        "sent_at": _now().isoformat(),
    }


def answer_to(asked: dict[str, Any], answer: str, system: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """A return. What was searched is needed with a nil too: without it, finding nothing means nothing."""
    today = date.today()  # noqa: DTZ011 - a day in London, which is where the agency is
    return {
        "message_id": str(uuid4()),
        **{name: asked[name] for name in ("partnership", "enquiry_id", "request_id")},
        "answer": answer,
        "items": items,
        "searched": {
            "systems": [system],
            "identifiers": ["name", "date_of_birth"],
            "period_from": (today - timedelta(days=5 * 365)).isoformat(),
            "period_to": today.isoformat(),
            "source_fresh_on": today.isoformat(),
        },
        "sent_at": _now().isoformat(),
        "sent_by": os.environ.get("USER", ""),
    }


def item(
    text: str, system: str, lawful_basis: str, why: str, caveat: str, recorded_on: str
) -> dict[str, Any]:
    """One piece of information, with why it may go and how it may be used."""
    return {
        "id": str(uuid4()),
        "text": text,
        "recorded_on": recorded_on,
        "source": system,
        "lawful_basis": lawful_basis,
        "rationale": why,
        "caveat": caveat,
    }


class Client:
    """Takes in and sends for as long as it runs."""

    def __init__(self, keys: Keys, store: Store) -> None:
        self.keys, self.store, self.agency = keys, store, keys.agency

    async def run(self) -> None:
        connection = await nats.connect(
            os.environ["NATS_URL"],
            nkeys_seed=os.environ["NATS_NKEY_SEED_FILE"],
            max_reconnect_attempts=-1,
            **_tls(),
        )
        stream = f"ENQ_{self.agency.upper().replace('-', '_')}"
        jetstream = connection.jetstream(prefix=API_PREFIX)
        # The consumer is there already: an agency can use its own and can make none.
        queue = await jetstream.pull_subscribe_bind(self.agency, stream)
        await asyncio.gather(self._take(queue), self._send(jetstream))

    async def _take(self, queue: Any) -> None:
        while True:
            try:
                messages = await queue.fetch(10, timeout=FETCH_SECONDS)
            except (nats.errors.Error, nats.js.errors.Error):
                # Nothing has come, or the broker is away; the client connects again by itself.
                await asyncio.sleep(SEND_AGAIN_SECONDS)
                continue
            for one in messages:
                try:
                    message = self.keys.open(one.data)
                    self.store.take_in(message, receipt_for(message))
                except (CannotOpen, KeyError, TypeError, ValueError):
                    self.store.set_aside(one.data)
                    print("A message cannot be opened or read, and is set aside.", file=sys.stderr)
                # Only now: what is acknowledged is gone from the queue.
                await one.ack()

    async def _send(self, jetstream: Any) -> None:
        while True:
            for message in self.store.unsent():
                headers = {"Nats-Msg-Id": message["message_id"]}
                try:
                    await jetstream.publish(f"ret.{self.agency}.in", self.keys.seal(message), headers=headers)
                except (nats.errors.Error, nats.js.errors.Error):
                    break
                self.store.mark_sent(message["message_id"])
            await asyncio.sleep(SEND_AGAIN_SECONDS)


def _tls() -> dict[str, Any]:
    folder = os.environ.get("NATS_CERTIFICATES_DIR")
    if not folder:
        return {}
    context = ssl.create_default_context(cafile=f"{folder}/ca.crt")
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(f"{folder}/tls.crt", f"{folder}/tls.key")
    return {"tls": context, "tls_handshake_first": True}


def _now() -> datetime:
    return datetime.now(UTC)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="An agency's own client of the hub's broker.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="take in what the hub asks, and send what is answered")
    commands.add_parser("list", help="list the requests; names nobody")
    show = commands.add_parser("show", help="show one request whole")
    nil = commands.add_parser("nil", help="answer that nothing is held")
    inform = commands.add_parser("inform", help="answer with one item")
    for command in (show, nil, inform):
        command.add_argument("request")
    inform.add_argument("text")
    for command in (nil, inform):
        command.add_argument("--system", required=True, help="what was searched")
    inform.add_argument("--lawful-basis", required=True)
    inform.add_argument("--why", required=True, help="why sharing it is necessary and proportionate")
    inform.add_argument("--caveat", default="professionals_only")
    inform.add_argument("--recorded-on", required=True, help="YYYY-MM-DD")
    return parser.parse_args()


def main() -> None:
    given = _arguments()
    store = Store(os.environ["STORE"])
    if given.command == "run":
        keys = Keys(Path(os.environ["SEALING_KEYS_DIR"]), os.environ["AGENCY"])
        asyncio.run(Client(keys, store).run())
    elif given.command == "list":
        for id in store.requests():
            asked = store.asked(id)
            print(id, asked["reference"], asked["rating"], asked["due_at"], asked["state"])
    elif given.command == "show":
        print(json.dumps(store.asked(given.request), indent=2))
    else:
        asked = store.asked(given.request)
        items = []
        if given.command == "inform":
            about = (given.lawful_basis, given.why, given.caveat, given.recorded_on)
            items = [item(given.text, given.system, *about)]
        answer = "information" if items else "nil"
        print("version", store.answer(answer_to(asked, answer, given.system, items)))


if __name__ == "__main__":
    main()
