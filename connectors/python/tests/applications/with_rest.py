"""Django REST framework."""

from __future__ import annotations

from typing import Any

from cases import shown
from django.http import JsonResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications.with_django import DjangoApp
from credenza_connectors.django.rest import CredenzaAuthentication, exception_handler, needs, optionally


def make(case: dict[str, Any]) -> DjangoApp:
    route = case["route"]
    permission = (optionally if route["optional"] else needs)(**route["needs"])

    class Events(JSONRenderer):
        media_type = "text/event-stream"

    class View(APIView):
        renderer_classes = [JSONRenderer, Events]
        authentication_classes = [CredenzaAuthentication]
        permission_classes = [permission]
        http_method_names = [method.lower() for method in route["methods"]]

        def get_exception_handler(self) -> Any:
            return exception_handler

        def get(self, request: Request) -> Any:
            return JsonResponse(shown(request.auth), safe=False)

        post = get

        def options(self, request: Request, *args: Any, **kwargs: Any) -> Any:
            if "Origin" in request.headers:
                return Response(status=204, headers={"Access-Control-Allow-Origin": "https://app.example"})
            return self.get(request)

    return DjangoApp(case, View.as_view(), is_async=False)
