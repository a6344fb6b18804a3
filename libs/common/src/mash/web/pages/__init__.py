"""What a service's pages are made with: ``router = page_router()``, ``render(request, "board.html", ...)``.

A page reads its form, calls the one use case that the JSON route beside it calls, and renders. Templates are
in the service's ``pages/templates``; the layout and the pieces that all share are in ``mash/`` among ours.
"""

from mash.web.pages.asking import Asker, Asks
from mash.web.pages.forms import Form, OnceKey
from mash.web.pages.rendering import render
from mash.web.pages.routing import page_router, see_other

__all__ = ["Asker", "Asks", "Form", "OnceKey", "page_router", "render", "see_other"]
