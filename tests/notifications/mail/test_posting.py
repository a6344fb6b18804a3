"""Nothing leaves in clear, and the relay's answers are told apart."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from factories.notifications import EMAIL
from notifications.mail.message import build_message
from notifications.mail.posting import Posted, post
from notifications.mail.rendering import Rendered
from notifications.settings import Settings
from pydantic import ValidationError
from support.clock import START
from support.smtp import Mailbox

FROM = "no-reply@mash.example"


def create_settings(smtp: Mailbox | None = None, **changes: Any) -> Settings:
    relay = {"smtp_host": smtp.host, "smtp_port": smtp.port} if smtp else {"smtp_host": "mail.example"}
    needed = {"database_url": "postgresql://x", "nats_url": "", "token_issuer": "x", "token_jwks_url": "x"}
    given = {**needed, **relay, "environment": "test", "intake_url": "http://intake.example", **changes}
    return Settings.model_validate(given)


def create_message() -> EmailMessage:
    words = Rendered(subject="About your message", text="Hello\n", html="<p>Hello</p>")
    return build_message(words, id=UUID(int=7), to=EMAIL, mail_from=FROM, at=START)


class TestPost:
    async def test_says_that_the_relay_took_it(self, smtp: Mailbox) -> None:
        assert await post(create_message(), EMAIL, create_settings(smtp)) == Posted("sent", 250)
        assert smtp.recipients == [[EMAIL]]

    @pytest.mark.parametrize(
        ("answer", "posted"),
        [
            ("451 Try again later", Posted("try_later", 451)),
            ("452 Full", Posted("try_later", 452)),
            ("552 Too much", Posted("refused", 552)),
            ("554 No", Posted("refused", 554)),
        ],
    )
    async def test_tells_later_from_never(self, smtp: Mailbox, answer: str, posted: Posted) -> None:
        smtp.answer = answer
        assert await post(create_message(), EMAIL, create_settings(smtp)) == posted

    async def test_a_recipient_nobody_knows_is_refused(self, smtp: Mailbox) -> None:
        smtp.refused = {EMAIL}
        assert await post(create_message(), EMAIL, create_settings(smtp)) == Posted("refused", 550)

    @pytest.mark.parametrize("environment", ["test", "production"])
    @pytest.mark.parametrize("tls", ["starttls", "tls"])
    async def test_nothing_is_sent_in_clear(self, smtp: Mailbox, environment: str, tls: str) -> None:
        settings = create_settings(smtp, environment=environment, smtp_tls=tls, smtp_timeout_seconds=2)
        posted = await post(create_message(), EMAIL, settings)
        assert posted.result == "try_later"
        assert smtp.messages == []

    async def test_a_relay_that_will_not_know_us_is_tried_again(self, smtp: Mailbox) -> None:
        settings = create_settings(smtp, smtp_username="somebody", smtp_password="a-secret")
        assert (await post(create_message(), EMAIL, settings)).result == "try_later"
        assert smtp.messages == []


class TestSettings:
    def test_encrypt_in_production_without_being_told(self) -> None:
        assert create_settings(environment="production").tls == "starttls"
        assert create_settings().tls == "if_offered"

    def test_refuse_to_send_in_clear_in_production(self) -> None:
        with pytest.raises(ValidationError, match="may not leave in clear"):
            create_settings(environment="production", smtp_tls="if_offered")

    def test_do_not_show_the_password(self) -> None:
        assert "a-secret" not in repr(create_settings(smtp_password="a-secret"))
