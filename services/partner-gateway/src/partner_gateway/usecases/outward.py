"""The one way out: a message to the hub, sealed so that the hub alone can read it."""

from __future__ import annotations

from dataclasses import dataclass

from mash.contracts.boundary import AgencyMessage, DiscussionReceipt, ProductReceipt, Release
from mash.errors import Invalid
from mash.hub import Hub, Transaction
from mash.messaging.topology import return_subject
from mash.sealing import Keyring, TooLargeToSeal

ToHub = AgencyMessage | Release | ProductReceipt | DiscussionReceipt


class AnswerTooLong(Invalid):
    """The answer is longer than the boundary carries in one message."""


@dataclass(frozen=True)
class Outward:
    """Seals with the agency's own keys, and posts to its own subject."""

    agency: str
    keys: Keyring

    def post(
        self, tx: Transaction, message: AgencyMessage | Release | ProductReceipt | DiscussionReceipt
    ) -> None:
        """Send ``message`` once the transaction has committed. Raises :class:`AnswerTooLong`."""
        tx.post(return_subject(self.agency), self.seal(message), message.message_id, case=message.enquiry_id)

    def seal(self, message: ToHub) -> bytes:
        """The message as it crosses the boundary. Raises :class:`AnswerTooLong`."""
        try:
            return self.keys.seal(message.model_dump_json().encode(), to="hub", message_id=message.message_id)
        except TooLargeToSeal:
            raise AnswerTooLong(
                "The answer is longer than can be sent at once, which is about 110,000 letters in all. "
                "Shorten it to what is needed.",
                field="items",
            ) from None


def outward(hub: Hub) -> Outward:
    """The way out of this gateway."""
    assert hub.settings.agency is not None
    return Outward(hub.settings.agency, hub.sealing)
