"""The companion: it catches mail, signs in made-up people, and is not for anywhere else."""

from __future__ import annotations

import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from asgi_lifespan import LifespanManager
from mash.access.development import NotForProduction, make_service_secrets
from openmash_local import companion
from openmash_local.layout import Layout
from openmash_local.ports import free_port


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    layout = Layout(tmp_path, free_port() - 25)
    layout.create()
    make_service_secrets(layout.service_secrets_file, ["intake"])
    for name, value in {
        "ENVIRONMENT": "local",
        "TOKEN_ISSUER": layout.url("companion"),
        "ISSUER_KEY_FILE": str(tmp_path / "issuer.json"),
        "SERVICE_SECRETS_FILE": str(layout.service_secrets_file),
        "OPENMASH_STATE": str(tmp_path),
        "OPENMASH_BASE_PORT": str(layout.base_port),
    }.items():
        monkeypatch.setenv(name, value)
    return layout


@pytest_asyncio.fixture
async def client(layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        LifespanManager(companion.create()) as manager,
        httpx.AsyncClient(transport=httpx.ASGITransport(manager.app), base_url="http://local") as client,
    ):
        yield client


def create_message(to: str, subject: str = "We have your concern", text: str = "Thank you.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "hub@havering.example"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    return message


async def send(layout: Layout, *messages: EmailMessage) -> None:
    import asyncio

    def deliver() -> None:
        with smtplib.SMTP("127.0.0.1", layout.port("smtp")) as smtp:
            for message in messages:
                smtp.send_message(message)

    await asyncio.to_thread(deliver)


class TestMail:
    async def test_is_listed_newest_first(self, client: httpx.AsyncClient, layout: Layout) -> None:
        await send(layout, create_message("a@school.example"), create_message("b@school.example"))

        listed = (await client.get("/mail")).json()
        assert [message["recipients"] for message in listed] == [["b@school.example"], ["a@school.example"]]

    async def test_is_found_by_recipient(self, client: httpx.AsyncClient, layout: Layout) -> None:
        await send(layout, create_message("a@school.example"), create_message("b@school.example"))

        found = (await client.post("/mail/search", json={"recipient": "A@school.example"})).json()
        assert [message["recipients"] for message in found] == [["a@school.example"]]

    async def test_is_read_whole(self, client: httpx.AsyncClient, layout: Layout) -> None:
        await send(layout, create_message("a@school.example", text="Reference HAV-26-EXAMPLE"))
        (listed,) = (await client.get("/mail")).json()

        message = (await client.get(f"/mail/{listed['id']}")).json()
        assert message["sender"] == "hub@havering.example"
        assert "HAV-26-EXAMPLE" in message["text"]

    async def test_outlives_a_restart(self, client: httpx.AsyncClient, layout: Layout) -> None:
        await send(layout, create_message("a@school.example"))
        again = httpx.AsyncClient(transport=httpx.ASGITransport(companion.create()), base_url="http://local")
        assert len((await again.get("/mail")).json()) == 1

    @pytest.mark.parametrize("id", ["nothing", "..%2F..%2Fsecrets", "01890000-0000-7000-8000-000000000000"])
    async def test_is_not_found_by_another_id(self, client: httpx.AsyncClient, id: str) -> None:
        assert (await client.get(f"/mail/{id}")).status_code == 404


class TestPages:
    async def test_show_what_a_message_holds_and_do_not_obey_it(
        self, client: httpx.AsyncClient, layout: Layout
    ) -> None:
        await send(layout, create_message("a@school.example", "<b>bold</b>", "<script>alert(1)</script>"))
        (listed,) = (await client.get("/mail")).json()

        page = (await client.get(f"/inbox/{listed['id']}")).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>" not in page
        assert "&lt;b&gt;bold" in (await client.get("/inbox")).text

    async def test_say_which_parts_are_ready(self, client: httpx.AsyncClient, layout: Layout) -> None:
        page = (await client.get("/")).text
        assert layout.url("intake") in page
        assert "researcher-police" in page
        assert page.count("not ready") == 9

    @pytest.mark.parametrize("path", ["/", "/inbox", "/mail", "/nowhere"])
    async def test_load_nothing_from_elsewhere(self, client: httpx.AsyncClient, path: str) -> None:
        policy = (await client.get(path)).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")


class TestSignIn:
    async def test_gives_a_persona_a_token(self, client: httpx.AsyncClient) -> None:
        form = {"grant_type": "client_credentials", "client_id": "manager", "client_secret": "local"}
        assert "access_token" in (await client.post("/token", data=form)).json()

    @pytest.mark.parametrize("environment", ["production", "test", ""])
    def test_is_refused_outside_the_local_environment(
        self, layout: Layout, monkeypatch: pytest.MonkeyPatch, environment: str
    ) -> None:
        monkeypatch.setenv("ENVIRONMENT", environment)
        with pytest.raises((companion.NotLocal, NotForProduction)):
            companion.create()
