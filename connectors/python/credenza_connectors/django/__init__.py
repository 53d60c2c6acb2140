"""
Django.

    # settings.py
    INSTALLED_APPS += ["credenza_connectors.django"]
    CREDENZA = {"issuer": "https://id.example", "audience": "https://api.example"}

    # views.py
    from credenza_connectors.django import require

    @require(scopes=["orders:read"])
    def orders(request):
        return HttpResponse(f"Hello {request.caller.sub}")

Views may be coroutines. `credenza_connectors.django.middleware.GuardMiddleware` guards every view instead.
"""

from credenza_connectors.caller import Caller
from credenza_connectors.django.guarding import GuardedRequest, caller_of, public, require
from credenza_connectors.django.metadata import metadata

__all__ = ["Caller", "GuardedRequest", "caller_of", "metadata", "public", "require"]
