"""A product as a page to print, for a receiver who has no gateway."""

from __future__ import annotations

from datetime import date
from html import escape

from mash.calendar import in_london
from mash.contracts.boundary import SharedItem
from mash.partnerships import Partnership

from enquiry.api.product_views import Child, Document

# A page that is handed over loads nothing, runs nothing, and is kept by no cache.
HEADERS = {
    # The last three are not among what default-src stands in for.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_STYLE = (
    "body{font:12pt/1.4 sans-serif;margin:2cm;max-width:18cm}h1{font-size:16pt}h2{font-size:13pt}"
    "dt{font-weight:bold}dd{margin:0 0 .6em}li{margin-bottom:1em;break-inside:avoid}"
    ".words{white-space:pre-wrap}.note{color:#444;font-size:10pt}"
)
_CAVEATS = {
    "professionals_only": "For professionals only.",
    "sensitive": "Sensitive: only for those who must know it.",
    "not_to_family": "Do not show or tell this to the family.",
    "not_to_named_adult": "Do not tell this to the adult it names.",
    "ask_before_sharing_on": "Ask before this is used for anything else.",
    "may_be_shared_with_family": "May be shared with the family.",
}


def page(document: Document, partnership: Partnership) -> str:
    """The whole page. Every word of it is escaped."""
    facts = {
        "For": document.receiver.name,
        "About": "; ".join(_child(one) for one in document.people) or "See the information below.",
        "Purpose": document.purpose,
        "Lawful basis": document.lawful_basis,
        "Why it is necessary": document.necessity,
        "Has the family been told": document.family_told,
        "Has the family agreed": document.family_agreed,
        "From": document.sent_by,
    }
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    items = "".join(_item(one, partnership) for one in document.items)
    title = f"Information shared by {partnership.front_door.name}"
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f'<p class="note">Reference {escape(document.reference)}. {escape(_which(document))}</p>'
        f"<dl>{listed}</dl><h2>Information</h2><ol>{items}</ol>"
        '<p class="note">Use this for the purpose named above and nothing else, keep it safe, and do not '
        "pass it on. If it has reached you by mistake, tell the sender at once.</p></body></html>"
    )


def _which(document: Document) -> str:
    number = f"Document {document.product_id}, version {document.version}."
    if document.handed_over is None:
        return f"{number} Not handed over yet."
    at = document.handed_over.at
    return f"{number} Handed over to {document.handed_over.to_whom} on {_day(in_london(at).date())}."


def _child(child: Child) -> str:
    name = " ".join(part for part in (child.given, child.family) if part) or "An unborn child"
    born = f", born {child.dob}" if child.dob else f", due {child.edd}" if child.edd else ""
    return f"{name}{born}"


def _item(item: SharedItem, partnership: Partnership) -> str:
    owner = partnership.agencies[item.owner].title if item.owner else partnership.front_door.name
    when = f", recorded on {_day(item.recorded_on)}" if item.recorded_on else ""
    caveat = f" {_CAVEATS.get(item.caveat, 'For professionals only.')}" if item.caveat else ""
    return (
        f'<li><div class="words">{escape(item.text)}</div>'
        f'<p class="note">From {escape(owner + when)}.{escape(caveat)}</p></li>'
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
