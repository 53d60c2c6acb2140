"""How calls are made: with an access token, and again where they may be."""

from __future__ import annotations

import email.utils
import random
import re
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

import urllib3

from credenza_admin.api_client import ApiClient
from credenza_admin.api_response import ApiResponse
from credenza_admin.configuration import Configuration
from credenza_admin.exceptions import ApiException
from credenza_admin.facts import CREATIONS, VERSION
from credenza_admin.problems import as_problem
from credenza_admin.rest import RESTResponse
from credenza_admin.tokens import TokenSource


class Calls(ApiClient):
    """The client of the generated operations, with tokens, retries and problems.

    :param attempts: how often a call is tried in all; 1 tries nothing again
    :param longest: the longest Retry-After, in seconds, that is waited for
    """

    def __init__(self, issuer: str, tokens: TokenSource, *, attempts: int = 4, longest: float = 60) -> None:
        configuration = Configuration(host=issuer.rstrip("/"))
        # This class is the one that tries again.
        configuration.retries = False  # type: ignore[assignment]
        super().__init__(configuration)
        self.user_agent = f"credenza-admin-python/{VERSION}"
        self._tokens = tokens
        self._attempts = attempts
        self._longest = longest

    def call_api(
        self,
        method: str,
        url: str,
        header_params: dict[str, str] | None = None,
        body: Any = None,
        post_params: Any = None,
        _request_timeout: Any = None,
    ) -> RESTResponse:
        """Carry out one call, however many requests that takes."""
        headers = dict(header_params or {})
        is_creation = any(re.match(creation, f"{method} {urlsplit(url).path}") for creation in CREATIONS)
        if is_creation:
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        repeatable = is_creation or method in ("GET", "PUT", "DELETE")
        renewed = False
        attempt = 0
        while True:
            attempt += 1
            token = self._tokens.token()
            headers["Authorization"] = f"Bearer {token}"
            response = error = None
            try:
                response = super().call_api(method, url, headers, body, post_params, _request_timeout)
                response.read()
            except urllib3.exceptions.HTTPError as caught:
                error = caught
            if response is not None and response.status == 401 and not renewed:
                # It may have been revoked, or the provider's keys are new: once more with another token.
                renewed = True
                self._tokens.refused(token)
                if self._tokens.token() != token:
                    attempt -= 1
                    continue
            wait = _wait(attempt, response)
            may = repeatable if response is None else _may_repeat(response, repeatable, is_creation)
            if attempt < self._attempts and wait <= self._longest and may:
                time.sleep(wait)
            elif response is None:
                assert error is not None  # noqa: S101 - there is one or the other
                raise error
            else:
                return response

    def response_deserialize(
        self, response_data: RESTResponse, response_types_map: dict[str, Any] | None = None
    ) -> ApiResponse[Any]:
        """Make an object of a response, or raise what was wrong."""
        good = {status: kind for status, kind in (response_types_map or {}).items() if status != "default"}
        try:
            return super().response_deserialize(response_data, good)
        except ApiException as error:
            raise as_problem(error) from None


def _may_repeat(response: RESTResponse, repeatable: bool, is_creation: bool) -> bool:
    # What was refused for now (429, 503) was not carried out. Where it is not known whether it was, only what may be
    # carried out twice is repeated: by its method, or by its Idempotency-Key.
    if response.status in (429, 503):
        return True
    if response.status in (502, 504):
        return repeatable
    # An earlier attempt with the same key is still being carried out.
    under_way = b"/problems/idempotency-key-in-use" in (response.data or b"")
    return response.status == 409 and is_creation and under_way


def _wait(attempt: int, response: RESTResponse | None) -> float:
    # What Retry-After says (RFC 9110 10.2.3), or else twice as long each time, and by chance somewhat less, so that
    # callers do not come back together.
    said = response.headers.get("retry-after") if response is not None else None
    if said and said.isdecimal():
        return float(said)
    date = email.utils.parsedate_tz(said) if said else None
    if date is not None:
        return max(0.0, email.utils.mktime_tz(date) - time.time())
    most = min(8.0, 0.25 * 2**attempt)
    return random.uniform(most / 2, most)  # noqa: S311 - it keeps callers apart, and nothing secret
