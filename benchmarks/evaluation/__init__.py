"""How well the text of a contact is read, on made-up narratives whose right level is known beforehand.

``tuning`` and ``practice`` are what the suggestions may be improved on. ``held_back`` is read by nobody who
does so: its figures say how well strangers' words are read, and they say so only as long as nobody looks.
"""
