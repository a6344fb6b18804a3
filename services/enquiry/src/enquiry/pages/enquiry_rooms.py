"""The routers of the pages of enquiries, for ``main`` to put into the application."""

from __future__ import annotations

from enquiry.pages import deciding, enquiries, enquiry, enquiry_changes

ROUTERS = (enquiries.router, enquiry.router, enquiry_changes.router, deciding.router)
