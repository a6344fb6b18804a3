"""A connector without what it needs stops the start, and says which setting is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from partner_gateway.connectors.agency_system import AgencySystem
from partner_gateway.settings import Settings
from pydantic import ValidationError


def create_settings(keys: Path, **changes: Any) -> Settings:
    return Settings(
        **{
            "agency": "police",
            "token_audience": "openmash-police",
            "sealing_keys_dir": keys,
            "database_url": "postgresql+asyncpg://db.example/x",
            "nats_url": "",
            "token_issuer": "https://issuer.example",
            "token_jwks_url": "https://issuer.example/jwks",
            **changes,
        }
    )


@pytest.mark.requirement("RET-02")
@pytest.mark.parametrize("connector", ["rest", "fhir"])
def test_an_address_that_is_missing_stops_the_start_by_name(tmp_path: Path, connector: str) -> None:
    with pytest.raises(ValidationError, match=f"CONNECTOR_URL is missing: CONNECTOR={connector}"):
        create_settings(tmp_path, connector=connector)
    assert create_settings(tmp_path, connector=connector, connector_url="https://records.example")


def test_an_address_without_tls_is_for_development_only(tmp_path: Path) -> None:
    changes = {"connector": "rest", "connector_url": "http://records.example"}
    with pytest.raises(ValidationError, match="must begin with https://"):
        create_settings(tmp_path, **changes)
    assert create_settings(tmp_path, environment="local", **changes)


@pytest.mark.parametrize("url", ["https://", "records.example", "https://records.example:port/"])
def test_an_address_that_is_none_stops_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValidationError, match="URL"):
        create_settings(tmp_path, connector="rest", connector_url=url)


def test_a_file_of_the_token_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="connector_token_file"):
        create_settings(tmp_path, connector_token_file=tmp_path / "token")


def test_the_token_is_never_printed(tmp_path: Path) -> None:
    assert "sample-token" not in repr(create_settings(tmp_path, connector_token="sample-token"))
    with pytest.raises(ValidationError) as stopped:
        create_settings(tmp_path, connector="rest", connector_token="sample-token")
    assert "sample-token" not in str(stopped.value)
    assert "sample-token" not in repr(AgencySystem("https://records.example", "sample-token", 10))
