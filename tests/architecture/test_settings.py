"""Every setting says what it is for, is in the document, and no secret has a default."""

import pytest
from mash.access.development import DevelopmentIssuerSettings
from support.architecture import ALL_SERVICES
from support.deployment import settings_class
from support.settings_document import DOCUMENT, described, document

SECRET = ("secret", "password", "token_key", "api_key", "seed")


@pytest.mark.parametrize("service", ALL_SERVICES)
class TestEveryService:
    def test_says_what_each_setting_is_for(self, service: str) -> None:
        silent = [name for name, text in described(settings_class(service)) if not text]
        assert not silent, f"{service}: {silent} have no description. Give each a Field(description=...)."

    def test_has_no_secret_built_in(self, service: str) -> None:
        for name, field in settings_class(service).model_fields.items():
            if any(word in name for word in SECRET):
                assert field.is_required() or not field.default, f"{service}: {name} has a default."

    def test_does_not_print_its_secrets(self, service: str) -> None:
        shown = [
            name
            for name, field in settings_class(service).model_fields.items()
            if any(word in name for word in SECRET) and not name.endswith("_file") and field.repr
        ]
        assert not shown, f"{service}: give {shown} repr=False, so that no log or traceback shows them."

    def test_starts_as_production_unless_it_is_told_otherwise(self, service: str) -> None:
        assert settings_class(service).model_fields["environment"].default == "production"

    def test_knows_its_own_name(self, service: str) -> None:
        assert settings_class(service).model_fields["service"].default == service


def test_the_development_issuer_says_what_each_setting_is_for() -> None:
    assert not [name for name, text in described(DevelopmentIssuerSettings) if not text]


def test_the_document_is_as_the_settings_are() -> None:
    kept = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    assert kept == document(), (
        "docs/settings.md is not what the settings classes say. Run `make contracts` and commit it."
    )
