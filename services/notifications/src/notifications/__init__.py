"""Acknowledges, feeds back and alerts, and knows whether each message was delivered."""
