"""What is said once the hub is up: where its parts are, who can sign in, and what to try."""

from __future__ import annotations

from mash.access.development import DevelopmentIssuerSettings

from openmash_local.layout import DEFAULT_BASE_PORT, HOST, Layout
from openmash_local.parts import AGENCIES, PARTS

WHAT_EACH_IS = {
    "companion": "start here: addresses, sign-in, caught mail",
    "intake": "takes in every concern",
    "screening": "thresholds, rating, pathway",
    "enquiry": "asks the agencies, hears their returns",
    "notifications": "acknowledgements and feedback",
    "reporting": "counts and monthly figures",
}


# Where each persona begins, and what they do there; nobody has to sign in to tell of a worry.
FIRST_PAGES = (
    ("referrer-school", "intake", "/portal", "sends a referral, and follows it"),
    ("(nobody)", "intake", "/report", "tells of a worry about a child"),
    ("officer", "screening", "/board", "completes what came, takes calls"),
    ("worker", "screening", "/board", "screens, writes the analysis"),
    ("manager", "screening", "/board", "rates, decides, holds the meeting"),
    *(
        (f"researcher-{agency}", f"gateway-{agency}", "/desk", "answers the hub's requests")
        for agency in AGENCIES
    ),
    ("lead-health", "gateway-health", "/desk/releases", "releases, and looks after the ledger"),
    ("analyst", "reporting", "/reports", "reads the figures"),
    ("dpo", "intake", "/audit", "sees who looked at a case"),
    ("ops", "screening", "/faults", "mends what was set aside"),
)


def welcome(layout: Layout) -> str:
    moved = layout.base_port != DEFAULT_BASE_PORT
    demo = f"OPENMASH_BASE_PORT={layout.base_port} make demo" if moved else "make demo"
    secret = DevelopmentIssuerSettings.model_fields["persona_secret"].default
    rows = [(layout.url(part.name), part.name, WHAT_EACH_IS.get(part.name, "")) for part in PARTS]
    rows.append((f"{HOST}:{layout.port('postgres')}", "PostgreSQL", f"passwords in {layout.secrets_file}"))
    rows.append((layout.nats_url, "NATS", f"keys in {layout.nats_keys}"))
    rows.append((f"{HOST}:{layout.port('smtp')}", "SMTP", "mail is caught here and goes nowhere"))
    table = "\n".join(f"  {address:24} {name:18} {what}".rstrip() for address, name, what in rows)
    begin = "\n".join(
        f"  {layout.url(service) + path:40} {who:20} {what}" for who, service, path, what in FIRST_PAGES
    )
    return f"""
The hub is up. Everybody and everything in it is made up.

{table}

Pages, and who begins there. Open one in a browser and choose who to be; there are no passwords.

{begin}

  A token    curl -d grant_type=client_credentials -d client_id=manager -d client_secret={secret} \\
                  {layout.url("companion")}/token

  Logs are in {layout.logs}. Next: `{demo}` in another terminal. Ctrl-C stops the hub and keeps its data.
"""
