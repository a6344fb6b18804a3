"""Traces, metrics and logs. None of them ever carries a name, an address, a date of birth or free text."""
