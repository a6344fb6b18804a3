"""The routers of the pages of enquiries, for ``main`` to put into the application."""

from __future__ import annotations

from enquiry.pages import deciding, discussions, enquiries, enquiry, enquiry_changes, products

ROUTERS = (
    enquiries.router,
    enquiry.router,
    enquiry_changes.router,
    deciding.router,
    discussions.router,
    products.router,
)
