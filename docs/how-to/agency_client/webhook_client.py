"""An agency's own system that is told by webhook and reads and answers over REST: a worked example.

It needs Python's standard library alone. It takes a webhook only under the right signature, keeps it before
it says so, and then reads the request at the agency's gateway as itself. What to answer, a person says.

    python webhook_client.py run
    python webhook_client.py list
    python webhook_client.py nil REQUEST --system "Case records"

Its settings are environment variables: WEBHOOK_SECRETS (the secret, or two while it is being changed, with a
space between), PORT, GATEWAY_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, AUDIENCE and STORE (a file). Put
whatever ends TLS for the agency in front of it: a gateway in production posts to https alone.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

TOLERANCE_SECONDS = 300
MOST_BYTES = 65_536
LOOK_AGAIN_SECONDS = 0.2
TIMEOUT_SECONDS = 10


def is_genuine(headers: Any, body: bytes, secrets: list[str], now: float) -> bool:
    """Whether a webhook is the gateway's, under one of our secrets, and no old one that somebody repeats."""
    id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or not at.isdecimal() or abs(now - int(at)) > TOLERANCE_SECONDS:
        return False
    given = headers.get("webhook-signature", "").split(" ")
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
        wanted = "v1," + base64.b64encode(digest).decode()
        if any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given):
            return True
    return False


class Store:
    """What was told and what was read, in one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        with closing(self._connect()) as db:
            db.executescript("""
                CREATE TABLE IF NOT EXISTS told (
                    place INTEGER PRIMARY KEY, webhook_id TEXT UNIQUE, body TEXT, done INTEGER DEFAULT 0);
                CREATE TABLE IF NOT EXISTS request (request_id TEXT PRIMARY KEY, body TEXT);
                CREATE TABLE IF NOT EXISTS answer (request_id TEXT PRIMARY KEY, key TEXT, body TEXT);
            """)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=10)
        db.execute("PRAGMA synchronous = FULL")
        return db

    def keep_told(self, webhook_id: str, body: bytes) -> None:
        """Keep a webhook; one that comes again has the same id and changes nothing."""
        with closing(self._connect()) as db, db:
            db.execute(
                "INSERT OR IGNORE INTO told (webhook_id, body) VALUES (?, ?)", (webhook_id, body.decode())
            )

    def undone(self) -> list[tuple[str, dict[str, Any]]]:
        with closing(self._connect()) as db:
            rows = db.execute("SELECT webhook_id, body FROM told WHERE NOT done ORDER BY place").fetchall()
        return [(id, json.loads(body)) for id, body in rows]

    def finish(self, webhook_id: str, request: dict[str, Any] | None) -> None:
        """Keep a request as it was read, and that the webhook needs nothing more."""
        with closing(self._connect()) as db, db:
            if request is not None:
                kept = (request["request_id"], json.dumps(request))
                db.execute("INSERT OR REPLACE INTO request VALUES (?, ?)", kept)
            db.execute("UPDATE told SET done = 1 WHERE webhook_id = ?", (webhook_id,))

    def requests(self) -> list[dict[str, Any]]:
        with closing(self._connect()) as db:
            return [json.loads(body) for (body,) in db.execute("SELECT body FROM request").fetchall()]

    def answer(self, request_id: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Keep an answer under a key before it is sent, so that a second try is known as the same."""
        with closing(self._connect()) as db, db:
            kept = (request_id, str(uuid4()), json.dumps(body))
            db.execute("INSERT OR IGNORE INTO answer VALUES (?, ?, ?)", kept)
            said = "SELECT key, body FROM answer WHERE request_id = ?"
            key, text = db.execute(said, (request_id,)).fetchone()
        return key, json.loads(text)


class Gateway:
    """The agency's gateway, asked as this system: its own client id, with the role of a researcher."""

    def __init__(self) -> None:
        self.url = os.environ["GATEWAY_URL"]

    def _token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": os.environ["CLIENT_ID"],
            "client_secret": os.environ["CLIENT_SECRET"],
            "audience": os.environ["AUDIENCE"],
        }
        asked = urllib.request.Request(os.environ["TOKEN_URL"], urllib.parse.urlencode(form).encode())  # noqa: S310
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return str(json.load(answer)["access_token"])

    def ask(
        self, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> tuple[dict[str, Any], str]:
        """The gateway's answer and its version (ETag). Raises ``OSError`` where it refuses or is away."""
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json", **headers}
        content = json.dumps(body).encode() if body is not None else None
        asked = urllib.request.Request(self.url + path, content, headers)  # noqa: S310
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return json.load(answer), answer.headers.get("ETag", "")


def listen(store: Store, secrets: list[str], port: int) -> ThreadingHTTPServer:
    """Take webhooks: 204 once one is kept, 401 where it is not the gateway's."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            if length > MOST_BYTES:
                return self._say(413)
            body = self.rfile.read(length)
            if not is_genuine(self.headers, body, secrets, time.time()):
                return self._say(401)
            store.keep_told(self.headers["webhook-id"], body)
            self._say(204)

        def _say(self, status: int) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: an address is not for a log."""

    return ThreadingHTTPServer(("127.0.0.1", port), Door)


def read_for_ever(store: Store, gateway: Gateway) -> None:
    """Read at the gateway what each webhook points to; what cannot be read now is read later."""
    while True:
        for webhook_id, told in store.undone():
            link = told["data"].get("link")
            try:
                # A test points nowhere. However often it was told, what is read is how the request is now.
                request = gateway.ask(link)[0] if link and link.startswith("/v1/requests/") else None
            except OSError as error:
                print(f"The gateway cannot be asked: {type(error).__name__}.", file=sys.stderr)
                break
            store.finish(webhook_id, request)
        time.sleep(LOOK_AGAIN_SECONDS)


def answer_nil(store: Store, gateway: Gateway, request_id: str, system: str) -> None:
    """Say that nothing is held, and what was searched: without it, finding nothing means nothing."""
    today = date.today()  # noqa: DTZ011 - a day in London, which is where the agency is
    body = {
        "answer": "nil",
        "searched": {
            "systems": [system],
            "identifiers": ["name", "date_of_birth"],
            "period_from": (today - timedelta(days=5 * 365)).isoformat(),
            "period_to": today.isoformat(),
            "source_fresh_on": today.isoformat(),
        },
    }
    path = f"/v1/requests/{request_id}"
    key, body = store.answer(request_id, body)
    request, version = gateway.ask(path)
    receipt, _ = gateway.ask(f"{path}/return", body, **{"If-Match": version, "Idempotency-Key": key})
    print(request["reference"], receipt["answer"], "version", receipt["answer_version"])


def main() -> None:
    parser = argparse.ArgumentParser(description="An agency's own system that is told by webhook.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="take webhooks, and read what they point to")
    commands.add_parser("list", help="list the requests; names nobody")
    nil = commands.add_parser("nil", help="answer that nothing is held")
    nil.add_argument("request")
    nil.add_argument("--system", required=True, help="what was searched")
    given = parser.parse_args()
    store = Store(os.environ["STORE"])
    if given.command == "list":
        for one in store.requests():
            print(one["request_id"], one["reference"], one["rating"], one["due_at"], one["state"])
    elif given.command == "nil":
        try:
            answer_nil(store, Gateway(), given.request, given.system)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"The gateway refuses: {json.load(error).get('detail', error.code)}") from None
    else:
        door = listen(store, os.environ["WEBHOOK_SECRETS"].split(), int(os.environ["PORT"]))
        threading.Thread(target=read_for_ever, args=(store, Gateway()), daemon=True).start()
        door.serve_forever()


if __name__ == "__main__":
    main()
