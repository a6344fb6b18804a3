"""The boundary as an agency reads it: one AsyncAPI document of what its own system may hear and say.

It is written from the agency's side: `receive` is what an agency takes, `send` what it says. Messages between
the hub's own services are in another document, and no agency hears them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mash.contracts.boundary import SealedMessage
from mash.contracts.webhooks import WebhookBody, WebhookData

Table = Mapping[str, tuple[type[SealedMessage], str, str]]

SCHEMA = "webhook.v1"

_ABOUT = """\
What an agency's own system hears and says at the boundary of a safeguarding hub.
`docs/how-to/connect-an-agency-system.md` says how to begin, and `docs/how-to/agency_client` holds two
clients that do all of this.

An agency has one stream of requests, which it reads by a durable pull consumer that is there already,
and one literal subject that it answers on. Every other subject, stream and inbox is refused. A message
leaves the queue once it is acknowledged: acknowledge what lies in your own store, and nothing before.

Every message is sealed: signed by its sender (JWS, ES256), then encrypted to its receiver (JWE,
ECDH-ES+A256KW with A256GCM), both in compact form, without compression. `iss`, `aud` and `jti` stand in
both protected headers and have to agree; `jti` is the message's `message_id`. Take nothing that names
other algorithms, has other headers that must be understood, or does not come from `hub` to you.

Delivery is at least once and in no promised order. `message_id` makes a repeat harmless; of the hub's
messages about one request, the one with the highest `version` counts. Answer each message with a
receipt, which is the hub's proof that you have it. Members that you do not know may be added to any
message: pass over them.
"""

_PARTNERSHIP = {"description": "The safeguarding partnership that asks, such as havering."}
_AGENCY = {"description": "Your agency's name at the hub, such as police."}


def boundary_document(table: Table) -> dict[str, Any]:
    """The document, made of every message that crosses the boundary."""
    heard = {name: model for name, (model, address, _) in table.items() if address.startswith("enq.")}
    said = {name: model for name, (model, address, _) in table.items() if address.startswith("ret.")}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "OpenMASH for agencies", "version": "1.0.0", "description": _ABOUT},
        "defaultContentType": "application/jose",
        "servers": _servers(),
        "channels": {**_broker_channels(heard, said), "webhook": _webhook_channel()},
        "operations": _operations(),
        "components": {
            "messages": {
                **{name: _sealed(name, model) for name, model in {**heard, **said}.items()},
                **_CONTROL,
                "webhook": _webhook(),
            },
            "schemas": _SCHEMAS,
            "securitySchemes": {
                "certificate": {"type": "X509", "description": "Mutual TLS 1.3, TLS first."},
                "nkey": {
                    "type": "asymmetricEncryption",
                    "description": "The agency's nkey: who is speaking.",
                },
            },
        },
    }


def _servers() -> dict[str, Any]:
    return {
        "broker": {
            "host": "nats.openmash.example:4222",
            "protocol": "nats",
            "description": "The hub's broker; those who run the hub say where it is.",
            "security": [
                {"$ref": "#/components/securitySchemes/certificate"},
                {"$ref": "#/components/securitySchemes/nkey"},
            ],
        },
        "own-system": {
            "host": "system.police.example",
            "protocol": "https",
            "description": "The agency's own system, at the address of its subscription.",
        },
    }


def _broker_channels(heard: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    on_broker = [{"$ref": "#/servers/broker"}]
    both = {"agency": _AGENCY, "stream": {"description": "ENQ_ and the agency's name in capitals, _ for -."}}
    return {
        "requests": {
            "address": "enq.{agency}.{partnership}",
            "description": "What the hub says to one agency. It is not subscribed to: `fetch` asks for it.",
            "servers": on_broker,
            "parameters": {"agency": _AGENCY, "partnership": _PARTNERSHIP},
            "messages": {name: _message(name) for name in heard},
        },
        "fetch": {
            "address": "hubjs.CONSUMER.MSG.NEXT.{stream}.{agency}",
            "description": "Asks for the next messages, which arrive at the inbox of its reply (`_INBOX.>`).",
            "servers": on_broker,
            "parameters": both,
            "messages": {"fetch": _message("fetch")},
        },
        "consumer": {
            "address": "hubjs.CONSUMER.INFO.{stream}.{agency}",
            "description": "Asks how the agency's consumer stands; a client library does so as it binds.",
            "servers": on_broker,
            "parameters": both,
            "messages": {"consumer": _message("consumer")},
        },
        "acknowledgements": {
            "address": "$JS.ACK.{stream}.{agency}.>",
            "description": "The reply subject of the message that is acknowledged.",
            "servers": on_broker,
            "parameters": both,
            "messages": {"acknowledgement": _message("acknowledgement")},
        },
        "answers": {
            "address": "ret.{agency}.in",
            "description": "What one agency says to the hub. The broker answers each once it is stored.",
            "servers": on_broker,
            "parameters": {"agency": _AGENCY},
            "messages": {name: _message(name) for name in said},
        },
    }


def _webhook_channel() -> dict[str, Any]:
    return {
        "address": None,
        "description": "Where a subscription says. It is the agency's own gateway that posts.",
        "servers": [{"$ref": "#/servers/own-system"}],
        "messages": {"webhook": _message("webhook")},
    }


def _operations() -> dict[str, Any]:
    actions = {
        "requests": "receive",
        "fetch": "send",
        "consumer": "send",
        "acknowledgements": "send",
        "answers": "send",
        "webhook": "receive",
    }
    operations = {
        channel: {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}
        for channel, action in actions.items()
    }
    operations["webhook"]["bindings"] = {"http": {"method": "POST", "bindingVersion": "0.3.0"}}
    return operations


def _message(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/messages/{name}"}


def _summary(model: type[Any]) -> str:
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _sealed(name: str, model: type[SealedMessage]) -> dict[str, Any]:
    return {
        "name": name,
        "summary": _summary(model),
        "contentType": "application/jose",
        "headers": {"$ref": "#/components/schemas/broker-headers"},
        "payload": {
            "type": "string",
            "description": "A JWE in compact form; within it a JWS; within that the JSON of `contentSchema`.",
            "contentMediaType": "application/jose",
            "contentSchema": {"$ref": f"./{name}.v1.schema.json"},
            "maxLength": 200_000,
        },
    }


def _webhook() -> dict[str, Any]:
    return {
        "name": "webhook",
        "summary": "What came, and where it is read: nobody's name, and nothing of what is asked.",
        "description": (
            "Standard Webhooks. 2xx means that you have it, 410 ends the subscription, all else is tried "
            "again for three days under the same `webhook-id`. Redirects are not followed. About one "
            "request, one comes after the other."
        ),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/webhook-headers"},
        "payload": {"$ref": f"./{SCHEMA}.schema.json"},
        "examples": [{"name": "a request has come", "payload": example()}],
    }


def example() -> dict[str, Any]:
    """A webhook as an agency's system gets it."""
    data = WebhookData.model_validate(
        {
            "agency": "police",
            "partnership": "havering",
            "enquiry_id": "018f0000-0000-7000-8000-000000000001",
            "request_id": "018f0000-0000-7000-8000-000000000002",
            "version": 1,
            "rating": "amber",
            "due_at": "2026-11-19T10:00:00Z",
            "link": "/v1/requests/018f0000-0000-7000-8000-000000000002",
        }
    )
    body = {"type": "request.received", "timestamp": "2026-11-18T10:00:00Z", "data": data}
    return WebhookBody.model_validate(body).model_dump(mode="json")


_CONTROL: dict[str, Any] = {
    "fetch": {
        "summary": "How many, and for how long to wait for them in nanoseconds.",
        "contentType": "application/json",
        "payload": {
            "type": "object",
            "properties": {
                "batch": {"type": "integer", "minimum": 1},
                "expires": {"type": "integer"},
                "no_wait": {"type": "boolean"},
            },
        },
    },
    "consumer": {
        "summary": "Empty.",
        "contentType": "application/json",
        "payload": {"type": "string", "maxLength": 0},
    },
    "acknowledgement": {
        "summary": "+ACK: stored. -NAK: once more. +WPI: still at it. With none it comes again in 15 s.",
        "contentType": "text/plain",
        "payload": {"type": "string", "enum": ["+ACK", "-NAK", "+WPI"]},
    },
}


def _protected(typ: str, **algorithms: str) -> dict[str, Any]:
    constants = {**algorithms, "typ": typ}
    names = {
        "kid": "Which of the key's generations: the thumbprint in the public file.",
        "iss": "Who says it: `hub`, or the agency's name.",
        "aud": "Whom it is for.",
        "jti": "The message's `message_id`.",
    }
    return {
        "type": "object",
        "required": [*constants, "kid", "iss", "aud"],
        "additionalProperties": False,
        "properties": {
            **{name: {"const": value} for name, value in constants.items()},
            **{name: {"type": "string", "description": text} for name, text in names.items()},
            # The one-time key of an encryption; a library adds it.
            **({"epk": {"type": "object"}} if "enc" in algorithms else {}),
        },
    }


_SCHEMAS: dict[str, Any] = {
    "jwe-header": _protected("mash-message+jwe", alg="ECDH-ES+A256KW", enc="A256GCM", cty="JOSE"),
    "jws-header": _protected("mash-message+jws", alg="ES256"),
    "broker-headers": {
        "type": "object",
        "properties": {
            "Nats-Msg-Id": {
                "type": "string",
                "format": "uuid",
                "description": "The `message_id`: a second one within two hours is dropped by the broker.",
            },
            "traceparent": {"type": "string", "description": "W3C trace context; it may be absent."},
        },
    },
    "webhook-headers": {
        "type": "object",
        "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
        "properties": {
            "webhook-id": {"type": "string", "description": "The same at every try."},
            "webhook-timestamp": {
                "type": "string",
                "pattern": "^[0-9]+$",
                "description": "Seconds since 1970 at this try. Refuse one that is five minutes off.",
            },
            "webhook-signature": {
                "type": "string",
                "description": (
                    "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, under the secret without "
                    "its `whsec_`. While a secret is changed there are two, with a space between: one has "
                    "to be yours."
                ),
            },
        },
    },
}
