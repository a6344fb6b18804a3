"""The NATS server's configuration, generated from the hub's services and the agencies it asks.

Who may say what is settled here and nowhere else. The streams are in one account, in which nobody works
but the step that makes them. Every service and every agency has an account of its own, without JetStream;
what it may reach of the streams are narrow service imports. Simpler arrangements let one write into
another's requests or returns, so keep to these rules when changing anything:

* One account a service and an agency. Inside a shared account the server does not check the reply subject
  of a publish, so anybody could have an acknowledgement, or a message of their own, delivered to another.
* One stream each way an agency (see ``topology``). Messages are de-duplicated per stream by an id that
  the client chooses; in a shared stream one agency could use up another's.
* Nobody makes consumers, for a consumer may deliver to any subject. The deploy step makes them.
* The imported API has a private prefix. Under its usual name the system account answers as well, and
  its refusal races the real answer.
* Lists of what is allowed, never of what is denied.
* Returns go to one literal subject an agency; the server takes a published ``*`` as a plain token.
* A service publishes the events that the contracts say are its own, and reads by its own consumer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mash.contracts import EVENTS
from mash.messaging.certificates import AUTHORITY, CERTIFICATE, KEY
from mash.messaging.topology import (
    CONSUMING_SERVICES,
    HUB_STREAM,
    RETURNS_DURABLE,
    enquiry_stream,
    return_stream,
    return_subject,
)

API_PREFIX = "hubjs"
MAX_PAYLOAD_BYTES = 256 * 1024
# The service that asks the agencies and hears their returns.
ASKING_SERVICE = "enquiry"
# Of each account, so that one that floods the broker holds up itself.
_LIMITS = f"max_connections: 16, max_subscriptions: 256, max_payload: {MAX_PAYLOAD_BYTES}, max_leafnodes: 0"
# Names become parts of subjects, where a dot or a star would mean something else.
_NAME = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")


class UnsafeIdentities(Exception):
    """Two of the names or keys are the same to the broker, or a name is no plain word."""


@dataclass(frozen=True)
class Identities:
    """Public nkeys (``U...``). The admin makes streams and consumers; services and agencies are by name."""

    admin: str
    system: str
    services: Mapping[str, str]
    agencies: Mapping[str, str]


@dataclass(frozen=True)
class TlsFiles:
    """The server's certificate and key, and the authority that its clients' certificates are from."""

    certificate: Path
    key: Path
    authority: Path

    @classmethod
    def within(cls, folder: Path) -> TlsFiles:
        """Return the files of a folder by their usual names."""
        return cls(folder / CERTIFICATE, folder / KEY, folder / AUTHORITY)


@dataclass(frozen=True)
class Listener:
    """Where the server listens and keeps its streams; `monitor_port` is always on loopback."""

    store_dir: Path
    host: str = "127.0.0.1"
    port: int = 4222
    monitor_port: int = 8222
    server_name: str = "hub"
    tls: TlsFiles | None = None


@dataclass(frozen=True)
class Member:
    """A service or an agency: its account, its public nkey and all it may publish, by the hub's names."""

    account: str
    key: str
    publishes: tuple[str, ...]


def broker_conf(identities: Identities, listener: Listener) -> str:
    """Return the configuration file's text. It holds public keys only.

    Raises :class:`UnsafeIdentities` where two would share a stream or a key.
    """
    blocks = [
        _server(listener),
        _tls(listener.tls) if listener.tls else "",
        _jetstream(listener.store_dir),
        _accounts(identities),
        "system_account: SYS",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def members(identities: Identities) -> list[Member]:
    """Return every service and agency. Raises :class:`UnsafeIdentities`."""
    require_safe(identities)
    agencies = sorted(identities.agencies)
    services = [
        Member(_account("service", name), key, tuple(service_publishes(name, agencies)))
        for name, key in sorted(identities.services.items())
    ]
    return services + [
        Member(_account("agency", name), identities.agencies[name], tuple(agency_publishes(name)))
        for name in agencies
    ]


def service_publishes(service: str, agencies: Iterable[str]) -> list[str]:
    """Every subject that a hub service may publish to, the JetStream API's among them."""
    subjects = [event.subject_filter() for event in EVENTS if event.is_told_by(service)]
    subjects.append(_stream_info(HUB_STREAM))
    if service in CONSUMING_SERVICES:
        subjects += _consumer(HUB_STREAM, service)
    if service == ASKING_SERVICE:
        for agency in agencies:
            subjects += [f"enq.{agency}.*", *_consumer(return_stream(agency), RETURNS_DURABLE)]
            subjects += [_stream_info(enquiry_stream(agency)), _stream_info(return_stream(agency))]
    return subjects


def agency_publishes(agency: str) -> list[str]:
    """Every subject that an agency's gateway may publish to."""
    return [*_consumer(enquiry_stream(agency), agency), return_subject(agency)]


def own_name(subject: str) -> str:
    """Return what a subject of the hub's is called in the account of whoever may publish to it."""
    return subject.replace("$JS.API.", f"{API_PREFIX}.")


def require_safe(identities: Identities) -> None:
    """Raise :class:`UnsafeIdentities` unless every name is a plain word and each is another to the broker."""
    for names in (identities.services, identities.agencies):
        if unsafe := [name for name in names if not _NAME.fullmatch(name)]:
            raise UnsafeIdentities(f"no plain words: {unsafe}")
        _require_distinct("names", [_account("", name) for name in names])
    keys = [identities.admin, identities.system, *identities.services.values(), *identities.agencies.values()]
    _require_distinct("keys", keys)


def _require_distinct(what: str, values: list[str]) -> None:
    if twice := sorted({one for one in values if values.count(one) > 1}):
        raise UnsafeIdentities(f"{what} that are the same to the broker: {twice}")


def _account(kind: str, name: str) -> str:
    return f"{kind}_{name}".upper().replace("-", "_")


def _stream_info(stream: str) -> str:
    return f"$JS.API.STREAM.INFO.{stream}"


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
    everybody = members(identities)
    accounts = [_hub(identities.admin, everybody), *(_member(one) for one in everybody)]
    accounts.append(f"  SYS {{\n    users: [\n      {_user(identities.system)}\n    ]\n  }}")
    return "accounts {\n" + "\n".join(accounts) + "\n}"


def _hub(admin: str, everybody: list[Member]) -> str:
    exports = [_export(subject, one.account) for one in everybody for subject in one.publishes]
    return f"""\
  HUB {{
    jetstream: enabled
    users: [
{_lines([_user(admin)])}
    ]
    exports: [
{_lines(exports)}
    ]
  }}"""


def _member(member: Member) -> str:
    return f"""\
  {member.account} {{
    limits: {{ {_LIMITS} }}
    users: [
{_lines([_user(member.key, [own_name(subject) for subject in member.publishes])])}
    ]
    imports: [
{_lines(_import(subject) for subject in member.publishes)}
    ]
  }}"""


def _export(subject: str, account: str) -> str:
    # A fetch is answered by many messages; the server would let only the first one through.
    many = ', response_type: "stream"' if ".MSG.NEXT." in subject else ""
    return f"{{ service: {_quote(subject)}{many}, accounts: [{account}] }}"


def _import(subject: str) -> str:
    own = own_name(subject)
    renamed = f", to: {_quote(own)}" if own != subject else ""
    return f"{{ service: {{ account: HUB, subject: {_quote(subject)} }}{renamed} }}"


def _user(key: str, publishes: list[str] | None = None) -> str:
    permissions = ""
    if publishes is not None:
        allowed = f'publish: {{ allow: {json.dumps(publishes)} }}, subscribe: {{ allow: ["_INBOX.>"] }}'
        permissions = f", permissions: {{ {allowed} }}"
    return f'{{ nkey: {key}, allowed_connection_types: ["STANDARD"]{permissions} }}'


def _lines(items: Iterable[str]) -> str:
    return "\n".join(f"      {item}" for item in items)


def _quote(text: str) -> str:
    return json.dumps(text)
