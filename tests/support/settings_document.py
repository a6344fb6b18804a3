"""docs/settings.md: every setting of every service. Run as a module, this writes it."""

import json
from collections.abc import Iterator, Mapping

from mash.access.development import DevelopmentIssuerSettings
from mash.settings import ServiceSettings
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings
from support.deployment import GATEWAY, ROOT, SERVICES, settings_class

DOCUMENT = ROOT / "docs" / "settings.md"
HEADING = """\
# Settings

Made from the settings classes by `make contracts`; do not edit by hand. A setting is an environment variable.
One without a default has to be given, and the start is refused without it. Lists are written as JSON.
"""


def document() -> str:
    shared = _table(ServiceSettings.model_fields)
    parts = [HEADING, "## Every service\n", shared]
    for service in (*SERVICES, GATEWAY):
        own = own_settings(service)
        parts += [f"## {service}\n", _table(own) if own else "Nothing beyond what every service has.\n"]
    parts += ["## The development issuer\n", _table(DevelopmentIssuerSettings.model_fields)]
    return "\n".join(parts)


def own_settings(service: str) -> dict[str, FieldInfo]:
    """What a service adds to the shared settings, or makes different from them."""
    shared = ServiceSettings.model_fields
    fields = settings_class(service).model_fields
    return {
        name: field
        for name, field in fields.items()
        if name not in shared or (name != "service" and _default(field) != _default(shared[name]))
    }


def described(settings: type[BaseSettings]) -> Iterator[tuple[str, str]]:
    """Each setting with what it is for; a class that only changes a default need not say it again."""
    for name, field in settings.model_fields.items():
        yield name, _description(name, field)


def _table(fields: Mapping[str, FieldInfo]) -> str:
    rows = [
        f"| `{name.upper()}` | {_shown(name, field)} | {_description(name, field)} |"
        for name, field in fields.items()
    ]
    return "\n".join(["| setting | default | what it is |", "|---|---|---|", *rows, ""])


def _shown(name: str, field: FieldInfo) -> str:
    # Each service's class gives its own name.
    return "its own" if name == "service" else _default(field)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if value in (None, ""):
        return "none"
    return f"`{json.dumps(value)}`" if isinstance(value, (list, dict)) else f"`{value}`"


def _description(name: str, field: FieldInfo) -> str:
    shared = ServiceSettings.model_fields.get(name)
    return field.description or (shared.description if shared else None) or ""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"wrote {DOCUMENT.relative_to(ROOT)}")
