"""Errors as their answers: problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA_TYPE = "application/problem+json"

Field = tuple[str, str]


class Answer(NamedTuple):
    """An answer, whatever the framework."""

    status: int
    fields: Sequence[Field]
    body: bytes


class Problem(Exception):
    """
    An error of a request. Raised anywhere below the kit, it is answered as `application/problem+json`.

    The members beside those of the specification are given as keywords, and are seen by the client.
    """

    def __init__(
        self,
        status: int,
        name: str | None = None,
        *,
        title: str | None = None,
        detail: str | None = None,
        fields: Sequence[Field] = (),
        **members: Any,
    ) -> None:
        """
        Make a problem of a status from 400 on.

        Its `type` is `urn:problem:` and the name, or `about:blank` without one; `fields` are added to the answer.
        """
        super().__init__(name or phrase(status))
        self.status = status
        self.name = name
        self.title = title or phrase(status)
        self.detail = detail
        self.fields = fields
        self.members = members

    def document(self, request_id: str | None = None) -> dict[str, Any]:
        """Write the members of the answer (section 3.1)."""
        document: dict[str, Any] = {
            "type": "about:blank" if self.name is None else f"urn:problem:{self.name}",
            "title": self.title,
            "status": self.status,
        }
        if self.detail is not None:
            document["detail"] = self.detail
        if request_id is not None:
            document["request_id"] = request_id
        return {**document, **self.members}

    def answer(self, request_id: str | None = None) -> Answer:
        """Make the answer."""
        body = json.dumps(self.document(request_id)).encode()
        return Answer(self.status, (("Content-Type", MEDIA_TYPE), *self.fields), body)


def phrase(status: int) -> str:
    """Name a status (RFC 9110 section 15)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def internal() -> Problem:
    """Answer an exception that nobody expected: what it says is for the log alone."""
    return Problem(500, "internal_error", title="Internal error")


_LEFT = frozenset({"content-type", "content-length", "content-encoding"})


def needs_document(status: int, content_type: str | None) -> bool:
    """Whether an answer is an error without a document, such as those of guards, routers and servers."""
    media_type = (content_type or "text/plain").partition(";")[0].strip().lower()
    return status >= 400 and media_type == "text/plain"


def documented(status: int, fields: Sequence[Field], request_id: str) -> Answer:
    """Give an error a document, and leave its other fields as they are."""
    kept = tuple(pair for pair in fields if pair[0].lower() not in _LEFT)
    return Problem(status, fields=kept).answer(request_id)
