"""Django and Django REST framework: bare views, guards, and Simple JWT with the key set of the issuer."""

import os

from django.conf import settings

ISSUER, AUDIENCE = os.environ["ISSUER"], "https://api.example"
settings.configure(
    ALLOWED_HOSTS=["*"],
    CREDENZA={"issuer": ISSUER, "audience": AUDIENCE},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "credenza_connectors.django"],
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "EXCEPTION_HANDLER": "credenza_connectors.django.rest.exception_handler",
        "UNAUTHENTICATED_USER": None,
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a bench",
    SIMPLE_JWT={
        "ALGORITHM": "ES256",
        "AUDIENCE": AUDIENCE,
        "ISSUER": ISSUER,
        "JWK_URL": f"{ISSUER}/jwks",
        "JTI_CLAIM": "jti",
        "TOKEN_TYPE_CLAIM": None,
        "USER_ID_CLAIM": "sub",
    },
    USE_I18N=False,
)

import django  # noqa: E402

django.setup()

from credenza_connectors.django import GuardedRequest, require  # noqa: E402
from credenza_connectors.django.rest import CredenzaAuthentication, needs  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.permissions import BasePermission, IsAuthenticated  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_simplejwt.authentication import JWTStatelessUserAuthentication  # noqa: E402


def bare(_: HttpRequest) -> HttpResponse:
    return HttpResponse("user")


@require(scopes=["orders:read"])
def guarded(request: GuardedRequest) -> HttpResponse:
    return HttpResponse(request.caller.sub)


class Reads(BasePermission):
    """The scope, which Simple JWT does not check."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return "orders:read" in request.auth["scope"].split()


class Bare(APIView):
    authentication_classes = ()

    def get(self, request: Request) -> Response:
        return Response("user")


class Guarded(APIView):
    authentication_classes = (CredenzaAuthentication,)
    permission_classes = (needs(scopes=["orders:read"]),)

    def get(self, request: Request) -> Response:
        return Response(str(request.user))


class Usual(Guarded):
    authentication_classes = (JWTStatelessUserAuthentication,)
    permission_classes = (IsAuthenticated, Reads)


urlpatterns = [
    path("bare", bare),
    path("guarded", guarded),
    path("rest/bare", Bare.as_view()),
    path("rest/guarded", Guarded.as_view()),
    path("rest/usual", Usual.as_view()),
]
app = get_wsgi_application()
