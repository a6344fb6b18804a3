"""The processes of the hub that are ours, and what the environment tells each of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mash.access.audiences import agency_audience
from mash.access.development import make_service_secrets
from mash.access.personas import service_client_id
from mash.access.roles import MAY_ASK
from mash.messaging.broker_conf import ASKING_SERVICE
from mash.messaging.topology import HUB_SERVICES
from mash.partnerships.loader import names
from mash.sealing.keyring import HUB

from openmash_local.credentials import Credentials, load_keys
from openmash_local.databases import Store
from openmash_local.layout import CHECKOUT, HOST, Layout

AGENCIES = ("police", "health", "housing", "probation")
# It keeps facts and figures alone, and so has no keys to keep words with.
WITHOUT_WORDS = "reporting"
# So often on this machine that somebody who tries it sees it.
AUDIT_SIGNING_SECONDS = 60


@dataclass(frozen=True)
class Part:
    """One process: `application` is what uvicorn serves; `database` is the name of its role as well.

    A part without a database keeps nothing.
    """

    name: str
    application: str
    database: str | None = None
    agency: str | None = None

    @property
    def package(self) -> str:
        return self.application.split(".")[0]

    @property
    def owner(self) -> str:
        """The name that its keys are under: an agency's gateway has the agency's."""
        return self.agency or self.name

    @property
    def store(self) -> Store | None:
        return Store(self.database, keeps_words=self.name != WITHOUT_WORDS) if self.database else None

    @property
    def sealing_owner(self) -> str | None:
        """Whose sealing keys it has: an agency's own; of the services only the one that asks has any."""
        return HUB if self.name == ASKING_SERVICE else self.agency

    @property
    def migrations(self) -> Path:
        return CHECKOUT / "services" / self.package.replace("_", "-") / "migrations"


COMPANION = Part("companion", "openmash_local.companion:create")
SERVICES = tuple(Part(name, f"{name}.main:create", database=name) for name in HUB_SERVICES)
GATEWAYS = tuple(
    Part(f"gateway-{agency}", "partner_gateway.main:create", database=f"gateway_{agency}", agency=agency)
    for agency in AGENCIES
)
PARTS = (COMPANION, *SERVICES, *GATEWAYS)
STORES = tuple(part for part in PARTS if part.database)


def stores() -> list[Store]:
    """What each of the parts that keep something keeps."""
    return [part.store for part in STORES if part.store]


def databases() -> list[str]:
    """Every database, those of keys among them."""
    return [database for store in stores() for database in store.databases]


def roles() -> list[str]:
    """Every role that logs in to one of them."""
    return [role for store in stores() for role in store.roles]


def environment(part: Part, layout: Layout, credentials: Credentials) -> dict[str, str]:
    """Return what a part is told; a part learns only the secrets that are its own."""
    issuer = layout.url("companion")
    common = {
        "ENVIRONMENT": "local",
        "PARTNERSHIPS": _json_list(names()),
        "TOKEN_ISSUER": issuer,
    }
    if part.store is None:
        return common | _companion(layout)
    common["AUDIT_SIGNING_SECONDS"] = str(AUDIT_SIGNING_SECONDS)
    common |= _kept(part.store, part.owner, layout, credentials) | _sign_in(part, layout)
    common["NATS_URL"] = layout.nats_url
    if part.sealing_owner:
        common["SEALING_KEYS_DIR"] = str(layout.sealing_keys / part.sealing_owner)
    return common | (_gateway(part.agency, layout) if part.agency else _service(part.name, layout))


def migration_environment(store: Store, layout: Layout, credentials: Credentials) -> dict[str, str]:
    """Return what a migration is told beside its part's environment; the running part never learns it."""
    return {"MIGRATION_DATABASE_URL": database_url(store.name, layout, credentials, role=store.owner)}


def database_url(database: str, layout: Layout, credentials: Credentials, role: str | None = None) -> str:
    """Return a database's URL for SQLAlchemy, for the role of the same name unless another is given."""
    role = role or database
    password = credentials.databases[role]
    return f"postgresql+asyncpg://{role}:{password}@{HOST}:{layout.port('postgres')}/{database}"


def _kept(store: Store, owner: str, layout: Layout, credentials: Credentials) -> dict[str, str]:
    """Where a part keeps what it knows, and the files of keys that are its own."""
    told = {
        "DATABASE_URL": database_url(store.name, layout, credentials),
        "AUDIT_KEYS_DIR": str(layout.audit_keys / owner),
    }
    if store.keeps_words:
        told["KEYS_DATABASE_URL"] = database_url(store.keys, layout, credentials)
        told["STORE_KEYS_FILE"] = str(layout.store_keys / f"{owner}.json")
    return told


def _service(name: str, layout: Layout) -> dict[str, str]:
    return (
        _addresses(layout)
        | _own_client(name, layout)
        | {
            "NATS_NKEY_SEED_FILE": str(layout.nats_keys / f"{name}.nk"),
            "NATS_CERTIFICATES_DIR": str(layout.certificates / name),
            "SMTP_HOST": HOST,
            "SMTP_PORT": str(layout.port("smtp")),
        }
    )


def _own_client(name: str, layout: Layout) -> dict[str, str]:
    """What a service that asks others gets its tokens with; the rest get none."""
    if name not in MAY_ASK:
        return {}
    client = service_client_id(name)
    return {"CLIENT_ID": client, "CLIENT_SECRET": _client_secrets(layout)[client]}


def _gateway(agency: str, layout: Layout) -> dict[str, str]:
    return {
        "AGENCY": agency,
        "NATS_NKEY_SEED_FILE": str(layout.nats_keys / f"{agency}.nk"),
        "NATS_CERTIFICATES_DIR": str(layout.certificates / agency),
        "TOKEN_AUDIENCE": agency_audience(agency),
        # An agency's own system, where somebody tries one here, is on this machine.
        "WEBHOOK_HOSTS": _json_list([HOST]),
    }


def _sign_in(part: Part, layout: Layout) -> dict[str, str]:
    """How people sign in to a part with a browser; each part has a key of its own for its cookie."""
    keys = load_keys(layout.state / "keys" / "sign-in.json", [one.name for one in STORES])
    return {
        "SIGN_IN_CLIENT_ID": f"pages-{part.name}",
        "SIGN_IN_ADDRESS": layout.url(part.name),
        "SIGN_IN_KEYS": _json_list([keys[part.name]]),
        # No page of the hub's leads into an agency, and none of an agency's to the hub.
        "HUB_PAGES": "{}" if part.agency else json.dumps({name: layout.url(name) for name in HUB_SERVICES}),
    }


def _companion(layout: Layout) -> dict[str, str]:
    _client_secrets(layout)
    pages = {f"pages-{part.name}": f"{layout.url(part.name)}/sign-in/callback" for part in STORES}
    return {
        "SIGN_IN_CLIENTS": json.dumps(pages),
        "ISSUER_KEY_FILE": str(layout.state / "keys" / "issuer.json"),
        "SERVICE_SECRETS_FILE": str(layout.service_secrets_file),
        "AGENCIES": _json_list(AGENCIES),
        "OPENMASH_STATE": str(layout.state),
        "OPENMASH_BASE_PORT": str(layout.base_port),
    }


def _addresses(layout: Layout) -> dict[str, str]:
    return {f"{name.upper()}_URL": layout.url(name) for name in HUB_SERVICES}


def _client_secrets(layout: Layout) -> dict[str, str]:
    """Return each asking service's secret at the development issuer, which finds the file of them there."""
    return make_service_secrets(layout.service_secrets_file, MAY_ASK)


def _json_list(words: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
