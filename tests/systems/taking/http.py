"""Requests to a server on this machine: by a browser with cookies that fills in forms, or by a client without."""

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

TIMEOUT = 30


@dataclass(frozen=True)
class Answer:
    """What came back."""

    url: str
    status: int
    headers: Any
    body: str

    def json(self) -> Any:
        """The body as JSON; an error that shows it if the request failed."""
        if self.status >= 400:
            raise RuntimeError(f"{self.url}: {self.status} {self.body}")
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Http:
    """Sends requests, past any proxy, and follows no redirect."""

    def __init__(self) -> None:
        # Loopback counts as secure, as it does in browsers.
        policy = DefaultCookiePolicy(secure_protocols=("https", "wss", "http"))
        cookies = urllib.request.HTTPCookieProcessor(CookieJar(policy))
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies, _Stay())

    def send(self, url: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """A GET, or a POST of a form."""
        body = None if form is None else urllib.parse.urlencode(form).encode()
        return self.request(urllib.request.Request(url, data=body, headers=headers))

    def request(self, request: urllib.request.Request) -> Answer:
        """Any request."""
        try:
            response = self._opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return Answer(request.full_url, response.status, response.headers, response.read().decode())


class Form(HTMLParser):
    """The first form of a page: where it goes, and its fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Reads the form and its inputs."""
        found = {name: value or "" for name, value in attributes}
        if tag == "form" and self.action is None:
            self.action, self._inside = found.get("action", ""), True
        elif tag == "input" and self._inside and "name" in found and found.get("type") != "checkbox":
            self.fields[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Ends the form."""
        if tag == "form":
            self._inside = False
