"""The routers of the pages of meetings and audits, for ``main`` to put into the application."""

from __future__ import annotations

from enquiry.pages import case_audits, meeting_items, meeting_record, meetings

# The list of actions before a meeting by its id, for both begin alike.
ROUTERS = (meeting_record.router, meetings.router, meeting_items.router, case_audits.router)
