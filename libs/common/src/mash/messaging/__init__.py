"""The bus: envelope, outbox, inbox, publishing and consuming."""
