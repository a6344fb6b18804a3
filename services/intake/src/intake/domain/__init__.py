"""The rules of taking a contact in: pure functions over a contact's document, with the time passed in.

A document is the contact as JSON holds it, by section: ``children``, ``household``, ``adults``, ``referrer``,
``concern``, ``consent`` and so on. What is not known is absent.
"""
