"""An API of orders with Django REST framework, in one file: `ISSUER=http://127.0.0.1:8080 python rest_app.py`."""

import os
import sys

from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    CREDENZA={"issuer": os.environ["ISSUER"], "audience": "https://api.example"},
    INSTALLED_APPS=["credenza_connectors.django", "rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["credenza_connectors.django.rest.CredenzaAuthentication"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "EXCEPTION_HANDLER": "credenza_connectors.django.rest.exception_handler",
        "UNAUTHENTICATED_USER": None,
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="not used here",
)

from credenza_connectors.django.rest import needs  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class Orders(APIView):
    """The orders."""

    permission_classes = (needs(scopes=["orders:read"]),)

    def get(self, request: Request) -> Response:
        """Greet the caller."""
        return Response(f"Hello {request.user}")


urlpatterns = [path("orders", Orders.as_view())]

if __name__ == "__main__":
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", os.environ.get("PORT", "5000")])
