"""Makes the model that sentences are likened with, from our own sentences: ``make likeness``."""
