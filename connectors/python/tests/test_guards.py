# Chart 897: What is of one framework in the connectors for Python | OpenAPI, error handlers, permissions, fixtures
"""What no shared case can ask, as it is of one framework."""

# Annotations are not postponed here: FastAPI reads those of the routes, which name a guard of their function.
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from certificates import certificate
from credenza import SettingsError, certificate_thumbprint
from fastapi import APIRouter, FastAPI, Response, Security
from fastapi.testclient import TestClient
from flask import Blueprint, Flask
from source.tokens import CLIENTS, proof, thumbprint

from credenza_connectors import Caller, fastapi, flask
from credenza_connectors.asgi import AsgiGuard
from credenza_connectors.guard import Guard
from credenza_connectors.testing import Issuer, stand_in

ISSUER, AUDIENCE = "https://id.example", "https://api.example"


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"origin": "api.example"}, "origin"),
        ({"origin": "https://api.example?x"}, "origin"),
        ({"debug": "yes"}, "debug"),
        ({"issuer_of": "x"}, "issuer_of"),
        ({"issuers": [{"audience": "x"}]}, "issuers.0.issuer"),
        ({"issuers": [{"issuer": ISSUER}]}, "issuers.0.issuer"),
        ({"issuers": [{"issuer": "http://id-2.example"}]}, "issuers.0.issuer"),
        ({"issuers": "https://id-2.example"}, "issuers"),
        ({"issuer_of": str, "resolve": str}, "resolve"),
        ({"leeway": 1000}, "leeway"),
        ({"unheard_of": 1}, "settings"),
    ],
)
@pytest.mark.parametrize("kind", [Guard, AsgiGuard, fastapi.Guard, flask.Guard])
def test_settings_are_refused_at_the_start(kind: Any, settings: dict[str, Any], name: str) -> None:
    kind(ISSUER, AUDIENCE)
    with pytest.raises(SettingsError) as caught:
        kind(ISSUER, AUDIENCE, **settings)
    assert caught.value.setting in (name, next(iter(settings)))


def test_without_an_audience_no_guard_is_made() -> None:
    with pytest.raises(SettingsError, match="audience"):
        Guard(ISSUER)


def orders_by(guard: fastapi.Guard, *, with_handler: bool = True) -> FastAPI:
    app, router = FastAPI(), APIRouter(dependencies=[Security(guard, scopes=["api"])])
    if with_handler:
        guard.init_app(app)

    @router.get("/orders")
    async def orders(caller: Annotated[Caller, Security(guard, scopes=["orders:read"])]) -> str | None:
        return caller.sub

    @router.get("/page")
    async def page() -> Response:
        return Response("page", headers={"Vary": "Accept"})

    app.include_router(router)
    return app


def test_openapi_shows_the_scheme_and_the_scopes() -> None:
    document = orders_by(fastapi.Guard(ISSUER, AUDIENCE)).openapi()
    url = f"{ISSUER}/.well-known/openid-configuration"
    assert document["components"]["securitySchemes"] == {
        "credenza": {"type": "openIdConnect", "openIdConnectUrl": url},
    }
    assert {"credenza": ["api", "orders:read"]} in document["paths"]["/orders"]["get"]["security"]
    assert document["paths"]["/page"]["get"]["security"] == [{"credenza": ["api"]}]


def test_a_router_has_needs_of_its_own(credenza_issuer: Issuer) -> None:
    client = TestClient(orders_by(fastapi.Guard(ISSUER, AUDIENCE)))
    both = credenza_issuer.sign(scope="api orders:read", sub="ann")
    assert client.get("/orders", headers=both).json() == "ann"
    answer = client.get("/orders", headers=credenza_issuer.sign(scope="orders:read"))
    assert (answer.status_code, 'scope="api"' in answer.headers["WWW-Authenticate"]) == (403, True)
    answer = client.get("/page", headers=both)
    assert (answer.text, answer.headers.get_list("Vary")) == ("page", ["Accept", "Authorization"])


def test_without_its_handler_status_and_fields_are_the_same(credenza_issuer: Issuer) -> None:
    client = TestClient(orders_by(fastapi.Guard(ISSUER, AUDIENCE), with_handler=False))
    answer = client.get("/orders")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer scope="api"')
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("no-store", "Authorization")
    good = client.get("/orders", headers=credenza_issuer.sign(scope="api orders:read"))
    assert (good.status_code, set(good.headers.get_list("Vary"))) == (200, {"Authorization"})


def test_an_application_may_answer_in_its_own_way(credenza_issuer: Issuer) -> None:
    app = orders_by(fastapi.Guard(ISSUER, AUDIENCE))

    @app.exception_handler(fastapi.Refused)
    async def refused(_: Any, error: fastapi.Refused) -> Response:
        return Response(error.refusal.denied.rule, error.status_code, error.headers)

    answer = TestClient(app).get("/orders")
    assert (answer.status_code, answer.text) == (401, "token_missing")
    assert TestClient(app).get("/orders", headers=credenza_issuer.sign(scope="api orders:read")).status_code == 200


def flask_app(guard: flask.Guard) -> Flask:
    app, shop = Flask("shop"), Blueprint("shop", "shop")
    guard.init_app(app)
    shop.before_request(guard.before(roles=["editor"]))

    @shop.get("/orders")
    def orders() -> dict[str, Any]:
        return {"sub": flask.caller.sub}

    @app.get("/late")
    @guard.require()
    async def late() -> dict[str, Any]:
        return {"sub": flask.caller.sub}

    app.register_blueprint(shop)
    return app


def test_flask_guards_blueprints(credenza_issuer: Issuer) -> None:
    app = flask_app(flask.Guard(ISSUER, AUDIENCE))
    editor, reader = credenza_issuer.sign(roles=["editor"], sub="ann"), credenza_issuer.sign(roles=["reader"])
    assert app.test_client().get("/orders", headers=editor).json == {"sub": "ann"}
    assert app.test_client().get("/orders", headers=reader).status_code == 403
    assert app.test_client().get("/orders").status_code == 401


def test_flask_has_error_handlers(credenza_issuer: Issuer) -> None:
    app = flask_app(flask.Guard(ISSUER, AUDIENCE))
    app.register_error_handler(flask.Refused, lambda error: (error.refusal.denied.rule, error.code))
    assert app.test_client().get("/orders").text == "token_missing"
    assert app.test_client().get("/orders", headers=credenza_issuer.sign(roles=["editor"])).status_code == 200


def test_flask_takes_its_configuration() -> None:
    app, guard = Flask("shop"), flask.Guard()
    with pytest.raises(SettingsError, match="CREDENZA_ISSUER"):
        guard.init_app(app)
    with app.test_request_context(), pytest.raises(RuntimeError, match="init_app"):
        guard.check()
    app.config.update(CREDENZA_ISSUER=ISSUER, CREDENZA_AUDIENCE=AUDIENCE)
    guard.init_app(app)
    with app.test_request_context(), pytest.raises(flask.Refused):
        guard.check()


def test_a_certificate_comes_from_where_the_settings_say(credenza_issuer: Issuer) -> None:
    own, other = certificate(), certificate()
    presented: list[str | None] = [own]
    guard = flask.Guard(ISSUER, AUDIENCE, certificate=lambda _: presented[0])
    client = flask_app(guard).test_client()
    signed = credenza_issuer.sign(roles=["editor"], cnf={"x5t#S256": certificate_thumbprint(own)})
    for certificate_of_request, status in ((own, 200), (other, 401), (None, 401), ("no certificate", 401)):
        presented[0] = certificate_of_request
        assert client.get("/orders", headers=signed).status_code == status


def bound(issuer: Issuer, name: str, **claims: Any) -> dict[str, str]:
    """A request with DPoP to a route."""
    token = issuer.mint(AUDIENCE, cnf={"jkt": thumbprint(CLIENTS)}, **claims)
    url = f"{AUDIENCE}/orders"
    return {"Authorization": f"DPoP {token}", "DPoP": proof(token, jti=name, htu=url, iat=int(issuer.clock()))}


@pytest.mark.parametrize("framework", ["fastapi", "flask"])
def test_two_guards_around_a_route_spend_a_proof_once(credenza_issuer: Issuer, framework: str) -> None:
    settings: Any = {"origin": AUDIENCE, "dpop": {"algorithms": ["ES256"]}}
    if framework == "fastapi":
        client: Any = TestClient(orders_by(fastapi.Guard(ISSUER, AUDIENCE, **settings)))
    else:
        client = twice_guarded(flask.Guard(ISSUER, AUDIENCE, **settings)).test_client()
    good = bound(credenza_issuer, "1", scope="api orders:read", roles=["editor"])
    assert client.get("/orders", headers=good).status_code == 200
    again = client.get("/orders", headers=good)
    assert (again.status_code, "used before" in again.headers["WWW-Authenticate"]) == (401, True)
    for number, scope in enumerate(("api", "orders:read")):
        lacking = bound(credenza_issuer, f"lacking {number}", scope=scope, roles=["editor"])
        assert client.get("/orders", headers=lacking).status_code == 403


def twice_guarded(guard: flask.Guard) -> Flask:
    app, shop = Flask("shop"), Blueprint("shop", "shop")
    guard.init_app(app)
    shop.before_request(guard.before(scopes=["api"]))

    @shop.get("/orders")
    @guard.require(scopes=["orders:read"])
    def orders() -> dict[str, Any]:
        return {"sub": flask.caller.sub}

    app.register_blueprint(shop)
    return app


def test_a_host_without_an_issuer_lets_nobody_in(credenza_issuer: Issuer) -> None:
    hosts = {"one.example": ISSUER}
    client = flask_app(flask.Guard(ISSUER, AUDIENCE, issuer_of=lambda request: hosts.get(request.host))).test_client()
    signed = credenza_issuer.sign(roles=["editor"])
    assert client.get("/orders", headers={**signed, "Host": "one.example"}).status_code == 200
    answer = client.get("/orders", headers={**signed, "Host": "two.example"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (
        401,
        'Bearer error="invalid_token", error_description="the token is of another issuer"',
    )
    assert client.get("/orders", headers={"Host": "two.example"}).headers["WWW-Authenticate"] == "Bearer"


def test_an_unknown_issuer_is_told_by_the_settings_of_the_first(credenza_issuer: Issuer) -> None:
    further: Any = [{"issuer": "https://id-2.example"}]
    guard = flask.Guard(ISSUER, AUDIENCE, issuers=further, realm='a "b"', resource_metadata=f"{AUDIENCE}/x")
    signed = credenza_issuer.sign(iss="https://id-3.example")
    answer = flask_app(guard).test_client().get("/orders", headers=signed)
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="a \\"b\\"", error="invalid_token", error_description="the token is of another issuer", '
        'resource_metadata="https://api.example/x"'
    )


def test_tenants_are_resolved_with_claims_of_their_own(credenza_issuer: Issuer) -> None:
    tenant = "https://tenant.example"

    async def coroutine(issuer: str) -> Any:
        return resolve(issuer)

    def resolve(issuer: str) -> Any:
        return {"claim_names": {"roles": "/realm/roles"}} if issuer == tenant else None

    with stand_in(tenant, AUDIENCE) as other:
        signed = other.sign(sub="ann", realm={"roles": ["editor"]}, roles=["none"])
        stranger = credenza_issuer.sign(iss="https://stranger.example")
        blocking = flask_app(flask.Guard(ISSUER, AUDIENCE, resolve=resolve)).test_client()
        with blocking:
            assert blocking.get("/late", headers=signed).status_code == 200
            assert flask.caller.roles == ("editor",)
        assert blocking.get("/late", headers=credenza_issuer.sign()).status_code == 200
        assert blocking.get("/late", headers=stranger).status_code == 401
        client = TestClient(orders_by(fastapi.Guard(ISSUER, AUDIENCE, resolve=coroutine)))
        scoped = other.sign(sub="bea", scope="api orders:read")
        assert client.get("/orders", headers=scoped).json() == "bea"
        assert client.get("/orders", headers=stranger).status_code == 401


def test_nobody_gets_the_answer_of_another(credenza_issuer: Issuer) -> None:
    """A249, in threads and in coroutines: many people at once."""
    guarded = flask_app(flask.Guard(ISSUER, AUDIENCE))
    served = orders_by(fastapi.Guard(ISSUER, AUDIENCE, cache_size=50))
    names = [f"user-{number}" for number in range(64)]
    signed = {name: credenza_issuer.sign(sub=name, roles=["editor"], scope="api orders:read") for name in names}

    def ask(name: str) -> tuple[Any, Any]:
        return guarded.test_client().get("/orders", headers=signed[name]).json, client.get(
            "/orders", headers=signed[name]
        ).json()

    with TestClient(served) as client, ThreadPoolExecutor(16) as threads:
        for name, answers in zip(names * 5, threads.map(ask, names * 5), strict=True):
            assert answers == ({"sub": name}, name)


def test_no_line_of_the_log_is_written_by_a_token(credenza_issuer: Issuer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "credenza.guard")
    app = flask_app(flask.Guard(ISSUER, AUDIENCE))
    forged = "https://evil.example\nINFO credenza.guard allowed"
    app.test_client().get("/orders?secret=1", headers=credenza_issuer.sign(iss=forged))
    (record,) = caplog.records
    assert record.__dict__["credenza"]["rule"] == "iss"
    assert "\n" not in record.getMessage()
    assert "secret" not in record.getMessage()


def test_an_issuer_stands_in_for_one_that_guards_have_met_before() -> None:
    guard = flask.Guard(ISSUER, AUDIENCE)
    client = flask_app(guard).test_client()
    with stand_in(ISSUER, AUDIENCE) as first:
        old = first.sign(roles=["editor"])
        assert client.get("/orders", headers=old).status_code == 200
    with stand_in(ISSUER, AUDIENCE) as second:
        assert client.get("/orders", headers=old).status_code == 401
        assert client.get("/orders", headers=second.sign(roles=["editor"])).status_code == 200
        second.revoke(jti="x")
        second.is_down = True
        assert client.get("/orders", headers=second.sign(roles=["editor"])).status_code == 200
