"""The NATS server's configuration, generated from the hub's services and the agencies it asks.

Who may say what is settled here and nowhere else. Every agency has an account of its own, without
JetStream; what it may reach of the hub's streams are four narrow service imports. Simpler arrangements
let an agency write into another's returns, so keep to these rules when changing anything:

* One account an agency. Inside a shared account the server does not check the reply subject of a
  publish, so an agency could have its acknowledgement, or its own enquiry, delivered to another.
* One stream each way an agency (see ``topology``). Messages are de-duplicated per stream by an id that
  the client chooses; in a shared stream one agency could use up another's.
* Agencies make no consumers, for a consumer may deliver to any subject. The hub makes them.
* The imported API has a private prefix. Under its usual name the system account answers as well, and
  its refusal races the real answer.
* Lists of what is allowed, never of what is denied.
* Returns go to one literal subject an agency; the server takes a published ``*`` as a plain token.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mash.messaging.topology import (
    CONSUMING_SERVICES,
    HUB_STREAM,
    RETURNS_DURABLE,
    enquiry_stream,
    return_stream,
    return_subject,
)

AGENCY_API_PREFIX = "hubjs"
MAX_PAYLOAD_BYTES = 256 * 1024
# The service that asks the agencies and hears their returns.
ASKING_SERVICE = "enquiry"


@dataclass(frozen=True)
class Identities:
    """Public nkeys (``U...``). The admin makes streams and consumers; services and agencies are by name."""

    admin: str
    system: str
    services: Mapping[str, str]
    agencies: Mapping[str, str]


@dataclass(frozen=True)
class TlsFiles:
    certificate: Path
    key: Path
    authority: Path


@dataclass(frozen=True)
class Listener:
    """Where the server listens and keeps its streams; `monitor_port` is always on loopback."""

    store_dir: Path
    host: str = "127.0.0.1"
    port: int = 4222
    monitor_port: int = 8222
    server_name: str = "hub"
    tls: TlsFiles | None = None


def broker_conf(identities: Identities, listener: Listener) -> str:
    """Return the configuration file's text. It holds public keys only."""
    blocks = [
        _server(listener),
        _tls(listener.tls) if listener.tls else "",
        _jetstream(listener.store_dir),
        _accounts(identities),
        "system_account: SYS",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def service_publishes(service: str, agencies: Iterable[str]) -> list[str]:
    """Every subject that a hub service may publish to, the JetStream API's among them."""
    subjects = ["mash.>"]
    if service in CONSUMING_SERVICES:
        subjects += _consumer(HUB_STREAM, service)
    if service == ASKING_SERVICE:
        for agency in agencies:
            subjects += [f"enq.{agency}.*", *_consumer(return_stream(agency), RETURNS_DURABLE)]
    return subjects


def agency_publishes(agency: str) -> list[str]:
    """Every subject that an agency's gateway may publish to, by the names of its own account."""
    stream = enquiry_stream(agency)
    return [
        f"{AGENCY_API_PREFIX}.CONSUMER.MSG.NEXT.{stream}.{agency}",
        f"{AGENCY_API_PREFIX}.CONSUMER.INFO.{stream}.{agency}",
        f"$JS.ACK.{stream}.{agency}.>",
        return_subject(agency),
    ]


def _account(agency: str) -> str:
    return agency.upper().replace("-", "_")


def _consumer(stream: str, durable: str) -> list[str]:
    return [
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
        f"$JS.ACK.{stream}.{durable}.>",
    ]


def _server(listener: Listener) -> str:
    return f"""\
listen: {_quote(f"{listener.host}:{listener.port}")}
server_name: {_quote(listener.server_name)}
# Monitoring has no authentication of its own.
http: "127.0.0.1:{listener.monitor_port}"
max_payload: {MAX_PAYLOAD_BYTES}
max_control_line: 4KB
max_pending: 16MB
max_connections: 200
write_deadline: "5s"
ping_interval: "20s"
ping_max: 2
lame_duck_duration: "30s"
no_auth_user: "\""""


def _tls(files: TlsFiles) -> str:
    return f"""\
tls {{
  cert_file: {_quote(str(files.certificate))}
  key_file: {_quote(str(files.key))}
  ca_file: {_quote(str(files.authority))}
  # A certificate is the gate; who is speaking still comes from the nkey.
  verify: true
  handshake_first: true
  min_version: "1.3"
  timeout: 3
}}"""


def _jetstream(store_dir: Path) -> str:
    return f"""\
jetstream {{
  store_dir: {_quote(str(store_dir))}
  domain: hub
  # Synced to disk before it is acknowledged; the server's own default is every two minutes.
  sync_interval: always
  max_file: 16G
  max_mem: 64M
  strict: true
}}"""


def _accounts(identities: Identities) -> str:
    agencies = sorted(identities.agencies.items())
    accounts = [_hub(identities), *(_agency(agency, key) for agency, key in agencies)]
    accounts.append(f"  SYS {{\n    users: [\n      {_user(identities.system)}\n    ]\n  }}")
    return "accounts {\n" + "\n".join(accounts) + "\n}"


def _hub(identities: Identities) -> str:
    agencies = sorted(identities.agencies)
    users = [_user(identities.admin)]
    for service, key in sorted(identities.services.items()):
        # Each has inboxes of its own, so that none can listen for another's answers.
        users.append(_user(key, service_publishes(service, agencies), f"_INBOX_{service}.>"))
    exports = [_export(subject, agency) for agency in agencies for subject in _shared_with(agency)]
    return f"""\
  HUB {{
    jetstream: enabled
    limits: {{ max_connections: 120, max_subscriptions: 2000 }}
    users: [
{_lines(users)}
    ]
    exports: [
{_lines(exports)}
    ]
  }}"""


def _agency(agency: str, key: str) -> str:
    imports = [_import(subject) for subject in _shared_with(agency)]
    limits = f"max_connections: 8, max_subscriptions: 64, max_payload: {MAX_PAYLOAD_BYTES}, max_leafnodes: 0"
    return f"""\
  {_account(agency)} {{
    limits: {{ {limits} }}
    users: [
{_lines([_user(key, agency_publishes(agency), "_INBOX.>")])}
    ]
    imports: [
{_lines(imports)}
    ]
  }}"""


def _shared_with(agency: str) -> list[str]:
    """What an agency's account imports of the hub's, by the hub's own names."""
    return [*_consumer(enquiry_stream(agency), agency), return_subject(agency)]


def _export(subject: str, agency: str) -> str:
    # A fetch is answered by many messages; the server would let only the first one through.
    many = ', response_type: "stream"' if ".MSG.NEXT." in subject else ""
    return f"{{ service: {_quote(subject)}{many}, accounts: [{_account(agency)}] }}"


def _import(subject: str) -> str:
    under = subject.replace("$JS.API.", f"{AGENCY_API_PREFIX}.")
    renamed = f", to: {_quote(under)}" if under != subject else ""
    return f"{{ service: {{ account: HUB, subject: {_quote(subject)} }}{renamed} }}"


def _user(key: str, publishes: list[str] | None = None, subscribes: str = "") -> str:
    permissions = ""
    if publishes is not None:
        allowed = (
            f"publish: {{ allow: {json.dumps(publishes)} }}, subscribe: {{ allow: [{_quote(subscribes)}] }}"
        )
        permissions = f", permissions: {{ {allowed} }}"
    return f'{{ nkey: {key}, allowed_connection_types: ["STANDARD"]{permissions} }}'


def _lines(items: Iterable[str]) -> str:
    return "\n".join(f"      {item}" for item in items)


def _quote(text: str) -> str:
    return json.dumps(text)
