# Chart 996: Application of Spring Boot with everything | signs in at `credenza dev`: page, API, role, job, logout
"""Starts `credenza dev` and the application beside it, and goes through both as a browser does.

python3 try.py CREDENZA MAVEN...    the binary of the provider, and the command for Maven
"""

import contextlib
import html.parser
import http.cookiejar
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable

HERE = pathlib.Path(__file__).parent


class Form(html.parser.HTMLParser):
    """The first form of a page: where it goes, and its fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.is_over = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None:
            self.action = values.get("action", "")
        elif values.get("name") and not self.is_over:
            # Of several buttons, the one that agrees.
            if tag == "input" or (tag == "button" and values.get("value") == "allow"):
                self.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.is_over = self.is_over or tag == "form"


class Browser:
    """Keeps cookies and follows redirects."""

    def __init__(self) -> None:
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self.url = ""

    def visit(self, url: str, fields: dict[str, str] | None = None) -> str:
        body = None if fields is None else urllib.parse.urlencode(fields).encode()
        headers = {"Accept": "text/html"}
        if fields is not None:
            split = urllib.parse.urlsplit(url)
            headers["Origin"] = f"{split.scheme}://{split.netloc}"
        with self.opener.open(urllib.request.Request(url, body, headers), timeout=30) as answer:
            self.url = answer.url
            return answer.read().decode()

    def sign_in(self, page: str, issuer: str, password: str) -> str:
        """Fills in the forms of the provider until it leads back."""
        for _ in range(6):
            if not self.url.startswith(issuer):
                return page
            form = Form(page)
            filled = {"username": "demo", "password": password}
            fields = {name: filled.get(name, value) for name, value in form.fields.items()}
            page = self.visit(urllib.parse.urljoin(self.url, form.action or ""), fields)
        raise AssertionError(f"the provider does not lead back: {self.url} {page}")


def status(url: str, token: str | None = None, method: str = "GET") -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, None, headers, method=method)) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def machine_token(issuer: str, api: str, secret: str) -> str:
    fields = {"grant_type": "client_credentials", "scope": "orders:read", "resource": api}
    request = urllib.request.Request(f"{issuer}/token", urllib.parse.urlencode(fields).encode())
    passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
    passwords.add_password(None, issuer, "orders-job", secret, is_authenticated=True)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
    with opener.open(request) as answer:
        return str(json.load(answer)["access_token"])


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(says: Callable[[], bool], process: subprocess.Popen[bytes], seconds: int = 240) -> None:
    for _ in range(seconds * 4):
        if process.poll() is not None:
            raise AssertionError(f"{process.args} ended")
        if says():
            return
        time.sleep(0.25)
    raise AssertionError(f"{process.args} is not ready")


def test_application(issuer: str, origin: str, password: str, secret: str) -> None:
    browser = Browser()
    assert "Sign in" in browser.visit(origin + "/")
    page = browser.visit(origin + "/account?tab=orders")
    assert browser.url.startswith(issuer), browser.url
    page = browser.sign_in(page, issuer, password)
    assert browser.url == origin + "/account?tab=orders", browser.url
    assert "You are" in page and "A lamp" in page, page
    assert "A lamp" in browser.visit(origin + "/report")

    api = origin + "/api"
    assert status(api + "/orders") == 401
    token = machine_token(issuer, api, secret)
    assert status(api + "/orders", token) == 200
    assert status(api + "/orders/A%20lamp", token, "DELETE") == 403, "the job is no editor"

    page = browser.sign_in(browser.visit(origin + "/auth/logout", {}), issuer, password)
    assert browser.url.split("?")[0] == origin + "/", browser.url
    browser.visit(origin + "/account")
    assert browser.url.startswith(issuer), browser.url


def main(binary: str, maven: str) -> None:
    issuer = f"http://localhost:{free_port()}"
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDENZA_")}
        environment |= {"CREDENZA_ISSUER": issuer, "CREDENZA_LISTEN": issuer.replace("http://localhost", "127.0.0.1")}
        environment |= {"CREDENZA_METRICS_LISTEN": "off"}
        output = pathlib.Path(folder, "dev.log")
        started: list[subprocess.Popen[bytes]] = []
        try:
            with output.open("wb") as log:
                provider = subprocess.Popen(
                    [binary, "dev"], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
                )
                started.append(provider)
            until(lambda: "Password:" in output.read_text(), started[0])
            origin = f"http://localhost:{port}"
            environment |= {"CREDENZA_BIN": binary, "MAVEN": maven, "ISSUER": issuer, "ORIGIN": origin, "PORT": str(port)}
            run = subprocess.Popen([HERE / "run", folder], cwd=folder, env=environment, start_new_session=True)
            started.append(run)
            until(lambda: socket.socket().connect_ex(("localhost", port)) == 0, run)
            password = re.search(r"Password: +(\S+)", output.read_text())
            assert password
            secret = pathlib.Path(folder, "credenza-dev/orders/orders.secret").read_text()
            test_application(issuer, origin, password[1], secret)
            print("application: a person and a job went through all of it")
        finally:
            for process in reversed(started):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.wait()


if __name__ == "__main__":
    main(sys.argv[1], " ".join(sys.argv[2:]))
