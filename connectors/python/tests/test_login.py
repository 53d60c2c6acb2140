# Chart 971: Sign-in for Python, what is of this language | settings, stores, hooks, WebSockets, private_key_jwt, idle
"""What no shared case asks: settings, the interface of stores, and the ways of Python's frameworks."""

# Annotations are not postponed here: FastAPI reads those of the routes, which name a sign-in of their function.
import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import jwt
import pytest
from browsing import SECRET, client_of
from credenza import SettingsError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient
from flask import Flask
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis_server import redis_server
from starlette.websockets import WebSocketDisconnect

from credenza_connectors.login import MemoryStore, SignInFailed, fastapi, flask
from credenza_connectors.login.redis import AsyncRedisStore, RedisStore
from credenza_connectors.login.return_to import safe
from credenza_connectors.login.sealed import Sealer

ORIGIN = "http://127.0.0.1:5000"
GOOD: dict[str, Any] = {"origin": ORIGIN, "secret": SECRET}


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"secret": "short"}, "secret"),
        ({"secret": [SECRET, "short"]}, "secret"),
        ({"secret": None}, "secret"),
        ({"origin": "app.example"}, "origin"),
        ({"origin": "https://app.example/app"}, "origin"),
        ({"path": "auth"}, "path"),
        ({"after_logout": "//evil.example"}, "after_logout"),
        ({"scope": "profile"}, "scope"),
        ({"leeway": 301}, "leeway"),
        ({"lifetime": -1}, "lifetime"),
        ({"acr_values": "gold"}, "acr_values"),
        ({"private_key": "both"}, "client_secret"),
        ({"sessions": "file"}, "sessions"),
        ({"unheard_of": 1}, "unheard_of"),
    ],
)
@pytest.mark.parametrize("kind", [fastapi.Login, flask.Login])
def test_settings_are_refused_at_the_start(kind: Any, settings: dict[str, Any], name: str) -> None:
    kind("https://id.example", "app", "x", **GOOD)
    with pytest.raises(SettingsError) as caught:
        kind("https://id.example", "app", "x", **{**GOOD, **settings})
    assert caught.value.setting == name


def test_blocking_code_refuses_a_store_of_coroutines() -> None:
    store = AsyncRedisStore.from_url("redis://127.0.0.1:1")
    fastapi.Login("https://id.example", "app", "x", **GOOD, sessions=store)
    with pytest.raises(SettingsError, match="blocks"):
        flask.Login("https://id.example", "app", "x", **GOOD, sessions=store)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/a?b=c&d=%20", "/a?b=c&d=%20"),
        ("/é", "/%C3%A9"),
        ("/a//b", "/a//b"),
        *((bad, "/") for bad in ("", "a", "//evil", "/\\evil", "/\t/evil", "/a\nb", "https://evil", "/auth/login")),
    ],
)
def test_where_a_sign_in_leads(value: str, expected: str) -> None:
    assert safe(value, "https://app.example", "/auth") == expected


def test_sealed_values_are_bound_to_their_place_and_their_secrets() -> None:
    old, new = Sealer([b"a" * 32]), Sealer([b"b" * 32, b"a" * 32])
    sealed = old.seal("here", b"value")
    assert new.open("here", sealed) == b"value"
    assert new.open("there", sealed) is None
    assert old.open("here", new.seal("here", b"value")) is None
    assert old.seal("here", b"value") != sealed
    assert [new.open("here", bad) for bad in ("", "A", "é", sealed[:-3], "AAAA" + sealed)] == [None] * 5


class Stores:
    """A store, called in the one way or the other."""

    def __init__(self, store: Any, run: Callable[[Any], Any]) -> None:
        self._store = store
        self._run = run

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            answer = getattr(self._store, name)(*arguments, **named)
            return self._run(answer) if inspect.isawaitable(answer) else answer

        return call


@contextmanager
def store_of(kind: str, folder: Path) -> Iterator[Stores]:
    if kind == "memory":
        yield Stores(MemoryStore(), lambda answer: answer)
        return
    with redis_server(folder) as port, closing(asyncio.new_event_loop()) as loop:
        if kind == "redis":
            client = Redis(port=port)
            yield Stores(RedisStore(client), lambda answer: answer)
            client.close()
        else:
            other = AsyncRedis(port=port)
            yield Stores(AsyncRedisStore(other), loop.run_until_complete)
            loop.run_until_complete(other.aclose())


@pytest.mark.parametrize("kind", ["memory", "redis", "asynchronous redis"])
def test_what_a_store_does(kind: str, tmp_path: Path) -> None:
    with store_of(kind, tmp_path) as store:
        assert store.get("a") is None
        assert not store.put("a", b"1", 60, replace=True)
        assert store.put("a", b"1", 60, sid="s", sub="ann")
        assert store.put("a", b"2", 60, sid="s", sub="ann", replace=True)
        assert store.put("b", b"3", 60, sid="t", sub="ann")
        assert store.put("c", b"4", 60, sid="u", sub="bea")
        store.delete_by(sid="s")
        assert [store.get(key) for key in "abc"] == [None, b"3", b"4"]
        assert not store.put("a", b"5", 60, sid="s", sub="ann", replace=True)
        store.delete_by(sub="ann")
        assert [store.get(key) for key in "abc"] == [None, None, b"4"]
        store.delete("c")
        assert store.get("c") is None
        token = store.lock("a", 60)
        assert token is not None
        assert store.lock("a", 60) is None
        store.unlock("a", "another's")
        assert store.lock("a", 60) is None
        store.unlock("a", token)
        assert store.lock("a", 60) is not None


def test_a_store_in_memory_forgets_what_is_over_and_what_is_oldest() -> None:
    now = [1000.0]
    store = MemoryStore(2, clock=lambda: now[0])
    for key in "abc":
        store.put(key, b"1", 60, sub="ann")
    assert [store.get(key) for key in "abc"] == [None, b"1", b"1"]
    first = store.lock("x", 10)
    now[0] += 61
    assert [store.get(key) for key in "abc"] == [None, None, None]
    assert first != store.lock("x", 10) is not None


def app_of(provider: Any, **settings: Any) -> FastAPI:
    """Make an application whose browsers are those of the test client."""
    registered = {} if "client" in settings else client_of(provider, ORIGIN)
    client = settings.pop("client", (registered.get("CLIENT_ID"), registered.get("CLIENT_SECRET")))
    login = fastapi.Login(provider.issuer, client[0], client[1], **{**GOOD, **settings})
    app, inner = FastAPI(), FastAPI()
    login.init_app(app)
    login.init_app(inner)
    needed = Annotated[fastapi.Session, Depends(login.required)]

    async def me(session: needed) -> dict[str, Any]:
        kept: Any = session
        return {"sub": kept.sub, "data": dict(kept.data), "admin": kept.has_role("admin")}

    async def live(socket: WebSocket, session: needed) -> None:
        await socket.accept()
        await socket.send_text(session.sub)
        await socket.close()

    async def token(session: needed) -> str:
        kept: Any = session
        return str(await kept.token())

    app.get("/token")(token)
    app.get("/me")(me)
    inner.get("/me")(me)
    app.websocket("/live")(live)
    app.mount("/inner", inner)
    return app


def browser_of(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=ORIGIN, follow_redirects=False)


def sign_in(provider: Any, browser: TestClient, user: Any, path: str = "/me") -> Any:
    begun = browser.get("/auth/login", params={"return_to": path})
    assert begun.status_code == 302, begun.text
    return browser.get(provider.authorize(begun.headers["location"], user).url)


def test_hooks_and_roles(credenza_provider: Any) -> None:
    ann = credenza_provider.add_user("ann", name="Ann", email="ann@example.test")

    async def signed_in(claims: Any) -> dict[str, Any]:
        assert "nonce" not in claims
        return {"mail": claims["email"]}

    browser = browser_of(app_of(credenza_provider, signed_in=signed_in))
    assert sign_in(credenza_provider, browser, ann).headers["location"] == "/me"
    assert browser.get("/me").json() == {"sub": ann.sub, "data": {"mail": "ann@example.test"}, "admin": False}


def test_a_mounted_application_and_a_websocket(credenza_provider: Any) -> None:
    browser = browser_of(app_of(credenza_provider))
    page, live = {"Accept": "text/html"}, f"{ORIGIN.replace('http', 'ws')}/live"
    assert browser.get("/inner/me", headers=page).headers["location"] == "/auth/login?return_to=%2Finner%2Fme"
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect(live):
        pass
    ann = credenza_provider.add_user("ann")
    sign_in(credenza_provider, browser, ann)
    assert browser.get("/inner/me").json()["sub"] == ann.sub
    with browser.websocket_connect(live) as socket:
        assert socket.receive_text() == ann.sub


def test_a_page_of_the_application_for_failures(credenza_provider: Any) -> None:
    told: list[SignInFailed] = []

    def on_error(failure: SignInFailed) -> str:
        told.append(failure)
        return "<p>ours"

    browser = browser_of(app_of(credenza_provider, on_error=on_error))
    answer = browser.get("/auth/callback?state=x&code=y")
    assert (answer.status_code, answer.text, told[0].status) == (400, "<p>ours", 400)


@pytest.mark.parametrize("sessions", ["cookie", "memory"])
def test_sessions_end_by_time(credenza_provider: Any, sessions: str) -> None:
    provider, ann = credenza_provider, credenza_provider.add_user("ann")
    app = app_of(provider, sessions=sessions, lifetime=1000, idle=300, clock=lambda: provider.now, leeway=120)
    browser = browser_of(app)
    sign_in(provider, browser, ann)
    for _ in range(4):
        provider.advance(200)
        assert browser.get("/me").status_code == 200
    provider.advance(201)
    assert browser.get("/me").status_code == 401
    sign_in(provider, browser, ann)
    assert browser.get("/me").status_code == 200
    provider.advance(301)
    assert browser.get("/me").status_code == 401


def test_two_instances_refresh_at_once_at_a_real_provider(credenza_provider: Any) -> None:
    provider, ann = credenza_provider, credenza_provider.add_user("ann")
    provider.configure(access_token_lifetime=300)
    registered = client_of(provider, ORIGIN)
    client = (registered["CLIENT_ID"], registered["CLIENT_SECRET"])
    one, two = (browser_of(app_of(provider, client=client, clock=lambda: provider.now)) for _ in range(2))
    sign_in(provider, one, ann)
    first = one.get("/token").json()
    assert one.get("/token").json() == first
    provider.advance(280)
    # The same browser at both instances, whose requests are under way at the same time.
    two.cookies = one.cookies.__class__(one.cookies)
    renewed = [one.get("/token").json(), two.get("/token").json()]
    assert first not in renewed
    provider.advance(280)
    assert [browser.get("/token").status_code for browser in (one, two)] == [200, 200]
    provider.revoke_grants(ann)
    provider.advance(280)
    assert one.get("/token").status_code == 401
    assert one.get("/me").status_code == 401


def test_a_private_key_in_the_place_of_a_secret(credenza_provider: Any) -> None:
    key, ann = ec.generate_private_key(ec.SECP256R1()), credenza_provider.add_user("ann")
    jwk = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    jwks = {"keys": [{**jwk, "kid": "k", "alg": "ES256", "use": "sig"}]}
    settings = {"jwks": jwks, "token_endpoint_auth_method": "private_key_jwt"}
    client_id = client_of(credenza_provider, ORIGIN, **settings)["CLIENT_ID"]
    browser = browser_of(app_of(credenza_provider, client=(client_id, None), private_key=pem, private_key_id="k"))
    assert sign_in(credenza_provider, browser, ann).status_code == 302
    assert browser.get("/me").json()["sub"] == ann.sub
    with_secret = browser_of(app_of(credenza_provider, client=(client_id, "a secret that is none")))
    assert sign_in(credenza_provider, with_secret, ann).status_code == 400


def test_a_name_that_browsers_resolve_alike_is_no_other_origin(credenza_provider: Any) -> None:
    """A246: what the framework makes of a path changes nothing about where people are sent."""
    browser = browser_of(app_of(credenza_provider))
    page = {"Accept": "text/html"}
    for path in ("/me?next=//evil.example", "/me?a=%0d%0aSet-Cookie:x"):
        location = browser.get(path, headers=page).headers["location"]
        assert location.startswith("/auth/login?return_to=%2Fme%3F")


def test_flask_decorates_coroutines(credenza_provider: Any) -> None:
    client = client_of(credenza_provider, ORIGIN)
    login = flask.Login(credenza_provider.issuer, client["CLIENT_ID"], client["CLIENT_SECRET"], **GOOD)
    app = Flask(__name__)
    login.init_app(app)

    @app.get("/me")
    @login.required
    async def me() -> str:
        return login.current().sub

    @app.get("/maybe")
    def maybe() -> str:
        return "somebody" if login.session() else "nobody"

    ann, browser = credenza_provider.add_user("ann"), app.test_client()
    assert browser.get("/me", base_url=ORIGIN).status_code == 401
    assert browser.get("/maybe", base_url=ORIGIN).text == "nobody"
    begun = browser.get("/auth/login?return_to=/me", base_url=ORIGIN)
    browser.get(credenza_provider.authorize(begun.headers["location"], ann).url, base_url=ORIGIN)
    assert browser.get("/me", base_url=ORIGIN).text == ann.sub
    answer = browser.get("/maybe", base_url=ORIGIN)
    assert (answer.text, answer.headers["Cache-Control"], answer.headers["Vary"]) == ("somebody", "no-store", "Cookie")


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        (ORIGIN, "same-origin", 303),
        (None, None, 303),
        # A form on a page with `Referrer-Policy: no-referrer`.
        ("null", "same-origin", 303),
        ("null", "cross-site", 403),
        ("null", None, 403),
        ("https://evil.example", "same-site", 403),
        ("https://evil.example", "same-origin", 403),
    ],
)
def test_who_may_sign_out(credenza_provider: Any, origin: str | None, site: str | None, status: int) -> None:
    browser = browser_of(app_of(credenza_provider))
    sign_in(credenza_provider, browser, credenza_provider.add_user("ann"))
    fields = {"Origin": origin, "Sec-Fetch-Site": site}
    answer = browser.post("/auth/logout", headers={name: value for name, value in fields.items() if value})
    assert answer.status_code == status
    assert browser.get("/me").status_code == (401 if status == 303 else 200)
