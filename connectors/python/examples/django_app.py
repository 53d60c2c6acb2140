"""An API of orders with Django, in one file: `ISSUER=http://127.0.0.1:8080 python django_app.py`."""

import os
import sys

from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    CREDENZA={"issuer": os.environ["ISSUER"], "audience": "https://api.example"},
    INSTALLED_APPS=["credenza_connectors.django"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not used here",
)

from credenza_connectors.django import GuardedRequest, metadata, require  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


@require(scopes=["orders:read"])
async def orders(request: GuardedRequest) -> HttpResponse:
    """Greet the caller."""
    return HttpResponse(f"Hello {request.caller.sub}")


urlpatterns = [path("orders", orders), metadata(scopes_supported=["orders:read"])]

if __name__ == "__main__":
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", os.environ.get("PORT", "5000")])
