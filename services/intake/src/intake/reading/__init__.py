"""Reads an e-mail to the hub's mailbox: bytes in, what was understood out.

`read_email` never raises and touches no network and no database. A concern is always kept: what cannot be
read with confidence is still a referral, marked for a person, with the reasons.
"""

from intake.reading.assemble import read_email
from intake.reading.model import Case, Child, ReadMessage

__all__ = ["Case", "Child", "ReadMessage", "read_email"]
