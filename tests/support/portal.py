"""A school's portal and the hub's mailbox, which send each concern again until it has been taken.

And once more then, as if the first answer had been lost on its way back.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
from openmash_local.demo import arrivals
from openmash_local.demo.client import Client
from openmash_local.layout import Layout

TAKEN = (200, 201)
GIVE_UP_AFTER_SECONDS = 60.0
# A request that is answered later than this counts as one that hung.
LONGEST_ANSWER_SECONDS = 15.0


class WrongAnswer(AssertionError):
    """The hub answered as no portal could make sense of."""


@dataclass(frozen=True)
class Sent:
    """A concern that was taken: its reference and id, and where its acknowledgement goes."""

    reference: str
    contact_id: str
    email: str | None


@dataclass
class Portal:
    """Sends concerns, several at a time, and keeps what was taken and how often each status was answered."""

    layout: Layout
    client: Client
    sent: list[Sent] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=LONGEST_ANSWER_SECONDS))
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(3))
    _closing: Event = field(default_factory=Event)

    def begin(self, count: int) -> list[Future[Sent]]:
        """Begin to send ``count`` concerns; every fifth is a message to the mailbox."""
        numbers = [next(self._numbers) for _ in range(count)]
        return [
            self._pool.submit(self._mail if number % 5 == 4 else self._form, number) for number in numbers
        ]

    def send(self, count: int) -> list[Sent]:
        """Send ``count`` concerns, and return once all have been taken."""
        return [one.result(timeout=GIVE_UP_AFTER_SECONDS) for one in self.begin(count)]

    def close(self) -> None:
        self._closing.set()
        self._pool.shutdown(cancel_futures=True)
        self._http.close()

    def _form(self, number: int) -> Sent:
        email = f"lead-{number}@sample-primary.example"
        form = arrivals.school_form()
        form["referrer"]["email"] = email
        key = str(uuid4())
        options = {"json": form, "headers": {"Idempotency-Key": key}}
        receipt = self._twice("referrer-school", "/v1/contacts", options)
        return self._keep(Sent(receipt["reference"], receipt["contact_id"], email))

    def _mail(self, _number: int) -> Sent:
        message = arrivals.message("ambulance")
        options = {"content": message, "headers": {"Content-Type": "message/rfc822"}}
        (contact,) = self._twice("mailbox", "/v1/emails?partnership=havering", options)["contacts"]
        return self._keep(Sent(contact["reference"], contact["id"], None))

    def _keep(self, sent: Sent) -> Sent:
        self.sent.append(sent)
        return sent

    def _twice(self, persona: str, path: str, options: dict[str, Any]) -> Any:
        first, second = [self._until_taken(persona, path, options) for _ in range(2)]
        if first != second:
            raise WrongAnswer("the same concern sent twice was answered differently")
        return first

    def _until_taken(self, persona: str, path: str, options: dict[str, Any]) -> Any:
        token = self.client.token(persona, "intake")
        options["headers"]["Authorization"] = f"Bearer {token}"
        give_up_at = time.monotonic() + GIVE_UP_AFTER_SECONDS
        while time.monotonic() < give_up_at and not self._closing.wait(0.05):
            answer = self._try(lambda: self._http.post(self.layout.url("intake") + path, **options))
            if answer is not None and answer.status_code in TAKEN:
                return answer.json()
        raise WrongAnswer(f"a concern was not taken in {GIVE_UP_AFTER_SECONDS:.0f} seconds")

    def _try(self, post: Callable[[], httpx.Response]) -> httpx.Response | None:
        """Return the answer, or None where the connection was refused or lost."""
        try:
            answer = post()
        except httpx.TimeoutException:
            raise WrongAnswer(f"a request hung for {LONGEST_ANSWER_SECONDS:.0f} seconds") from None
        except httpx.TransportError:
            return None
        self.statuses[answer.status_code] += 1
        if answer.status_code == 503 and "retry-after" in answer.headers:
            return answer
        if answer.status_code not in TAKEN:
            raise WrongAnswer(f"{answer.status_code} {answer.headers.get('content-type')} {answer.text}")
        return answer
