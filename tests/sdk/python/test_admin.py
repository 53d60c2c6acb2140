# Chart 875
"""The library for Python against a live server, and a proxy that fails."""

import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import urllib3
from credenza_admin import (
    Admin,
    ApiException,
    InvalidValues,
    NewOAuthClient,
    NewTenant,
    NewTenantSettings,
    NewUser,
    NotFound,
    PreconditionFailed,
    ServiceAccount,
    StandardClaims,
    TokenError,
    UserPatch,
    etag,
    paginate,
)

ISSUER = os.environ["SDK_ISSUER"]
CREDENTIALS = (os.environ["SDK_CLIENT_ID"], os.environ["SDK_CLIENT_SECRET"])


def new_admin() -> Admin:
    return Admin(ISSUER, ServiceAccount(ISSUER, *CREDENTIALS))


admin = new_admin()


def fresh() -> str:
    return f"py-{uuid.uuid4().hex[:8]}"


def fail(**words: str) -> None:
    urllib3.request("POST", f"{ISSUER}/_proxy/fail?{urlencode(words)}")


def seen(method: str, path: str) -> list[list[str]]:
    """When, in ms, and the Idempotency-Key, of each request."""
    answer = urllib3.request("GET", f"{ISSUER}/_proxy/seen?{urlencode({'method': method, 'path': path})}")
    return [line.split(" ") for line in answer.data.decode().splitlines()]


def test_a_tenant_a_client_and_a_user_are_made_changed_and_deleted() -> None:
    name = fresh()
    tenant = admin.tenants.create_tenant(NewTenant(name=name, settings=NewTenantSettings(display_name="Acme")))
    assert tenant.settings.display_name == "Acme"
    client = admin.clients.create_client(
        NewOAuthClient(client_name="App", redirect_uris=["https://app.example.com/callback"])
    )
    assert client.client_secret
    claims = StandardClaims(nickname="Al", email=f"{name}@example.com")
    user = admin.users.create_user(NewUser(username=name, claims=claims))

    # None takes a member away, and what is not named stays.
    patch = UserPatch(claims=StandardClaims(nickname=None))
    changed = admin.users.update_user(user.user_id, etag(user), patch)
    assert changed.claims.nickname is None
    assert changed.claims.email == f"{name}@example.com"

    admin.users.delete_user(user.user_id, etag(changed))
    admin.clients.delete_client(client.client_id, etag(client))
    admin.tenants.delete_tenant_by_name(name, etag(tenant))


def test_every_user_is_listed_once_page_by_page() -> None:
    names = [user.username for user in paginate(admin.users.list_users, limit=70)]
    assert len(set(names)) == len(names)
    assert sum(name.startswith("seed-") for name in names) == 300


def test_what_is_refused_is_a_problem_with_its_kind_and_its_values() -> None:
    with pytest.raises(NotFound) as missing:
        admin.users.get_user("nobody")
    assert (missing.value.status, missing.value.kind) == (404, "not-found")
    assert missing.value.support_code

    user = admin.users.create_user(NewUser(username=fresh()))
    patch = UserPatch(claims=StandardClaims(nickname="Al"))
    admin.users.update_user(user.user_id, etag(user), patch)
    with pytest.raises(PreconditionFailed):
        admin.users.update_user(user.user_id, etag(user), patch)

    with pytest.raises(InvalidValues) as wrong:
        admin.users.create_user(NewUser(username=fresh(), claims=StandardClaims(email="nowhere")))
    assert wrong.value.errors[0].pointer == "/claims/email"


def test_what_is_refused_for_now_is_tried_again_when_retry_after_says() -> None:
    user_id = admin.users.create_user(NewUser(username=fresh())).user_id
    path = f"/users/{user_id}"
    fail(method="GET", path=path, times="1", status="429", retry_after="1")
    fail(method="GET", path=path, times="1", status="503")
    assert admin.users.get_user(user_id).user_id == user_id
    times = [int(at) for at, _ in seen("GET", path)]
    assert len(times) == 3
    assert times[1] - times[0] >= 950

    # Not for ever, and what comes then is no problem of the API.
    fail(method="GET", path=path, times="9", status="503", retry_after="0")
    with pytest.raises(ApiException) as given:
        admin.users.get_user(user_id)
    assert given.value.status == 503
    assert len(seen("GET", path)) == 7


def test_a_creation_whose_answer_is_lost_is_carried_out_once() -> None:
    name = fresh()
    before = len(seen("POST", "/admin/v1/users"))
    fail(method="POST", path="/admin/v1/users", times="1", lost="after")
    user = admin.users.create_user(NewUser(username=name))
    first, second = seen("POST", "/admin/v1/users")[before:]
    assert first[1] != "-"
    assert first[1] == second[1]
    assert [one.user_id for one in admin.users.list_users(username=name).items] == [user.user_id]


def test_a_token_is_fetched_once_for_all_who_wait() -> None:
    before = len(seen("POST", "/token"))
    own = new_admin()
    with ThreadPoolExecutor(50) as threads:
        pages = list(threads.map(lambda _: own.users.list_users(limit=1), range(50)))
    assert all(len(page.items) == 1 for page in pages)
    assert len(seen("POST", "/token")) - before == 1


def test_after_its_secret_is_rotated_a_service_account_needs_the_new_one() -> None:
    script = admin.clients.create_client(
        NewOAuthClient(
            client_name="Script",
            grant_types=["client_credentials"],
            resources=[f"{ISSUER}/admin"],
            scope="admin:users:read",
        )
    )
    assert script.client_secret
    assert ServiceAccount(ISSUER, script.client_id, script.client_secret).token()
    rotated = admin.clients.rotate_client_secret(script.client_id)
    assert rotated.client_secret
    assert rotated.client_secret != script.client_secret
    assert ServiceAccount(ISSUER, script.client_id, rotated.client_secret).token()
    with pytest.raises(TokenError) as refused:
        ServiceAccount(ISSUER, script.client_id, script.client_secret).token()
    assert refused.value.code == "invalid_client"


def test_a_token_is_replaced_when_it_was_revoked_and_before_it_expires() -> None:
    script = admin.clients.create_client(
        NewOAuthClient(
            client_name="Script",
            grant_types=["client_credentials"],
            resources=[f"{ISSUER}/admin"],
            scope="admin:users:read",
            access_token_lifetime=3,
        )
    )
    tokens = ServiceAccount(ISSUER, script.client_id, script.client_secret or "")
    own = Admin(ISSUER, tokens)
    first = tokens.token()
    assert tokens.token() == first
    urllib3.request(
        "POST",
        f"{ISSUER}/revoke",
        body=urlencode({"token": first}),
        headers={
            **urllib3.make_headers(basic_auth=f"{script.client_id}:{script.client_secret}"),
            "content-type": "application/x-www-form-urlencoded",
        },
    )
    assert len(own.users.list_users(limit=1).items) == 1
    second = tokens.token()
    assert second != first
    time.sleep(3)
    assert tokens.token() != second
