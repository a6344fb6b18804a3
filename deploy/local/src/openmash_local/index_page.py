"""The companion's pages: plain HTML that needs nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from mash.access.audiences import agency_audience
from mash.access.development import DevelopmentIssuerSettings
from mash.access.personas import AGENCY_PERSONAS, HUB_PERSONAS

from openmash_local.layout import HOST, Layout
from openmash_local.mail import CaughtMail, WholeMail
from openmash_local.parts import AGENCIES
from openmash_local.welcome import FIRST_PAGES, WHAT_EACH_IS

STYLE = """
body { font: 1.0625rem/1.5 Arial, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; }
tr { border-bottom: 1px solid #bbb; }
pre { background: #f3f3f3; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: #1a4f8b; } a:focus { outline: 3px solid #f0b400; }
.notice { border-left: .4rem solid #1a4f8b; padding: .25rem 1rem; background: #eef3f8; }
"""


def index_page(layout: Layout, ready: Mapping[str, bool]) -> str:
    """Where everything is, who can sign in, and whether each part is ready."""
    secret = DevelopmentIssuerSettings.model_fields["persona_secret"].default
    parts = [
        (
            _link(f"{layout.url(name)}/info", name),
            WHAT_EACH_IS.get(name, "an agency's own gateway"),
            _state(is_ready),
        )
        for name, is_ready in ready.items()
    ]
    servers = [
        ("PostgreSQL", f"{HOST}:{layout.port('postgres')}"),
        ("NATS", f"{HOST}:{layout.port('nats')}"),
        ("SMTP", f"{HOST}:{layout.port('smtp')}"),
    ]
    people = [(name, ", ".join(sorted(roles)), "the hub") for name, roles in HUB_PERSONAS.items()]
    people += [
        (f"{name}-{agency}", ", ".join(sorted(roles)), agency_audience(agency))
        for agency in AGENCIES
        for name, roles in AGENCY_PERSONAS.items()
    ]
    sign_in = (
        f"curl -d grant_type=client_credentials -d client_id=manager -d client_secret={secret} "
        f"{layout.url('companion')}/token"
    )
    pages = [
        (_link(layout.url(service) + path, path), escape(who), escape(what))
        for who, service, path, what in FIRST_PAGES
    ]
    body = f"""
<p class="notice">This hub runs on this machine only. Every person and record in it is made up.</p>
<h2>Pages</h2>
<p>Open one and choose who to be; there are no passwords. Sign out to be somebody else.</p>
{_table(("Page", "Who begins there", "What for"), pages)}
<h2>Parts</h2>
{_table(("Part", "What it does", "State"), parts)}
<h2>Servers</h2>
{_table(("Server", "Address"), (tuple(map(escape, row)) for row in servers))}
<h2>Mail</h2>
<p>Nothing that the hub sends leaves this machine. <a href="/inbox">Read the mail that was caught</a>.</p>
<h2>People who can sign in</h2>
<p>They all have the same secret, <code>{escape(secret)}</code>. A token:</p>
<pre>{escape(sign_in)}</pre>
{_table(("Name", "Roles", "At"), (tuple(map(escape, row)) for row in people))}
"""
    return _page("OpenMASH on this machine", body)


def mail_page(messages: Sequence[CaughtMail]) -> str:
    """The messages that were caught, newest first."""
    rows = [
        (
            f"{message.received_at:%d %B %Y, %H:%M:%S}",
            escape(", ".join(message.recipients)),
            _link(f"/inbox/{message.id}", message.subject or "(no subject)"),
        )
        for message in messages
    ]
    listed = _table(("Received (UTC)", "To", "Subject"), rows) if rows else "<p>None has been sent yet.</p>"
    return _page("Caught mail", f'<p><a href="/">Back to the start</a></p>{listed}')


def message_page(message: WholeMail) -> str:
    """One message, as text; what HTML it may hold is shown and not obeyed."""
    facts = [
        ("From", escape(message.sender)),
        ("To", escape(", ".join(message.recipients))),
        ("Received (UTC)", f"{message.received_at:%d %B %Y, %H:%M:%S}"),
        ("Attachments", escape(", ".join(message.attachments) or "none")),
    ]
    back = '<p><a href="/inbox">Back to caught mail</a></p>'
    body = f"{back}{_table((), facts)}<pre>{escape(message.text)}</pre>"
    return _page(message.subject or "(no subject)", body)


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its first cells name their rows. Cells are HTML already."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    lines = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    header = f"<thead><tr>{head}</tr></thead>" if heads else ""
    return f"<table>{header}<tbody>{lines}</tbody></table>"


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def _state(ready: bool) -> str:
    return "ready" if ready else "<strong>not ready</strong>"
