"""How the gateway tells its agency's own system: to which addresses, signed how, sent by what."""
