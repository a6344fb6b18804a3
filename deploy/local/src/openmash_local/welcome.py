"""What is said once the hub is up: where its parts are, who can sign in, and what to try."""

from __future__ import annotations

from mash.access.development import DevelopmentIssuerSettings
from mash.access.personas import AGENCY_PERSONAS, HUB_PERSONAS

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


def welcome(layout: Layout) -> str:
    moved = layout.base_port != DEFAULT_BASE_PORT
    demo = f"OPENMASH_BASE_PORT={layout.base_port} make demo" if moved else "make demo"
    secret = DevelopmentIssuerSettings.model_fields["persona_secret"].default
    rows = [(layout.url(part.name), part.name, WHAT_EACH_IS.get(part.name, "")) for part in PARTS]
    rows.append((f"{HOST}:{layout.port('postgres')}", "PostgreSQL", f"passwords in {layout.secrets_file}"))
    rows.append((layout.nats_url, "NATS", f"keys in {layout.nats_keys}"))
    rows.append((f"{HOST}:{layout.port('smtp')}", "SMTP", "mail is caught here and goes nowhere"))
    table = "\n".join(f"  {address:24} {name:18} {what}".rstrip() for address, name, what in rows)
    return f"""
The hub is up. Everybody and everything in it is made up.

{table}

  People     {", ".join(HUB_PERSONAS)}
  Agencies   {", ".join(f"{name}-{agency}" for agency in AGENCIES for name in AGENCY_PERSONAS)}
  Sign in    {layout.url("intake")}/sign-in in a browser, and the same at every part; or for a token
             curl -d grant_type=client_credentials -d client_id=manager -d client_secret={secret} \\
                  {layout.url("companion")}/token

  Logs are in {layout.logs}. Next: `{demo}` in another terminal. Ctrl-C stops the hub and keeps its data.
"""
