"""The view of the resource's metadata (RFC 9728)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from credenza_connectors.django import conf
from credenza_connectors.django.guarding import public
from credenza_connectors.metadata import FIELDS, Document, Metadata

if TYPE_CHECKING:
    from django.urls import URLPattern
    from typing_extensions import Unpack


def metadata(**members: Unpack[Metadata]) -> URLPattern:
    """
    Make the line of `urlpatterns` that serves the document; what is left out follows from the settings.

    It belongs into the root URL configuration, as its path is given by RFC 9728.
    """
    document = Document(members, conf.guard().config)

    @public
    @require_safe
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(document.body, headers=dict(FIELDS))

    return path(document.path.removeprefix("/"), view, name="credenza_metadata")
