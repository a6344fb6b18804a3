"""A day at the hub, played through the public interfaces by people and systems who do not exist."""
