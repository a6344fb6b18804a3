import pytest
from factories.intake import create_form


@pytest.mark.requirement("INT-01", "INT-02")
async def test_form_becomes_contact_with_reference(service, tokens, clock):
    async with service("intake") as client:
        answer = await client.post("/v1/contacts", json=create_form(), headers=tokens.issue("referrer"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["reference"].startswith("HAV-26-")
