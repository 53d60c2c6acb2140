# Chart 973: Invitations and sign-in links for Python | from the mail to the end, pages, refusals, no mail; async too
"""Invitations and links to sign in by, at a real provider."""

from __future__ import annotations

import asyncio
import importlib
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from dev_provider import DevProvider, dev_provider
from test_quick_starts import block_with

from credenza_connectors.service import (
    AsyncInvitations,
    AsyncSignInLinks,
    Conflict,
    Invalid,
    Invitations,
    NotFound,
    Refused,
    SignInLinks,
    Users,
)

READ, WRITE, LINKS = "admin:invitations:read", "admin:invitations:write", "admin:users:sign_in_links"
ALL = f"{READ} {WRITE} {LINKS} admin:users:read admin:users:write"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevProvider]:
    with dev_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture(scope="module")
def account(provider: DevProvider) -> tuple[str, str, str]:
    return (provider.issuer, *provider.service_account(ALL))


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client() as made:
        yield made


@pytest.fixture(scope="module")
def ada(account: tuple[str, str, str], client: httpx2.Client) -> str:
    user = Users(*account, client=client).create("ada", claims={"email": "ada@example.com", "email_verified": True})
    user_id: str = user["user_id"]
    return user_id


def until(is_so: Callable[[], bool]) -> None:
    """Wait for mail, which is sent beside the request."""
    ends_at = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def test_an_invitation_from_its_mail_to_its_end(
    provider: DevProvider, account: tuple[str, str, str], client: httpx2.Client
) -> None:
    invitations = Invitations(*account, client=client)
    made = invitations.create("grace@example.com", locale="de", claims={"given_name": "Grace"}, expires_in=3600)
    assert (made["state"], made["locale"], made["claims"]) == ("pending", "de", {"given_name": "Grace"})
    assert made["expires_at"] - made["created_at"] == 3600
    until(lambda: provider.letters("grace@example.com") == 1)
    assert made in list(invitations.list())
    sent = invitations.resend(made["invitation_id"])
    assert sent["expires_at"] > made["expires_at"]
    until(lambda: provider.letters("grace@example.com") == 2)
    assert invitations.revoke(made["invitation_id"])["state"] == "revoked"
    shown = invitations.get(made["invitation_id"])
    assert shown["state"] == "revoked"
    assert shown["revoked_at"] is not None
    for again in (invitations.resend, invitations.revoke):
        with pytest.raises(Conflict) as caught:
            again(made["invitation_id"])
        assert (caught.value.status, caught.value.type) == (409, "conflict")


def test_nobody_learns_who_has_an_account(account: tuple[str, str, str], client: httpx2.Client, ada: str) -> None:
    invitations = Invitations(*account, client=client)
    first, second = (invitations.create("ada@example.com") for _ in range(2))
    assert [first["state"], second["state"]] == ["pending"] * 2
    assert first["invitation_id"] != second["invitation_id"]
    repeated = [invitations.create("joan@example.com", idempotency_key="one and the same") for _ in range(2)]
    assert repeated[0] == repeated[1]
    with pytest.raises(Invalid) as caught:
        invitations.create("nowhere")
    assert caught.value.document["errors"][0]["pointer"] == "/email"


def test_all_pages_are_gone_through(account: tuple[str, str, str], client: httpx2.Client) -> None:
    invitations = Invitations(*account, client=client)
    made = [invitations.create(f"person-{number}@example.com")["invitation_id"] for number in range(51)]
    found = [one["invitation_id"] for one in invitations.list()]
    assert len(found) == len(set(found))
    assert set(made) <= set(found)

    async def all_of_them() -> set[str]:
        async with httpx2.AsyncClient() as asynchronous:
            own = AsyncInvitations(*account, client=asynchronous)
            one = await own.create("anita@example.com")
            assert await own.get(one["invitation_id"]) == one
            assert (await own.resend(one["invitation_id"]))["state"] == "pending"
            assert (await own.revoke(one["invitation_id"]))["state"] == "revoked"
            return {found["invitation_id"] async for found in own.list()} - {one["invitation_id"]}

    assert asyncio.run(all_of_them()) == set(found)


def test_a_link_signs_in(provider: DevProvider, account: tuple[str, str, str], client: httpx2.Client, ada: str) -> None:
    links = SignInLinks(*account, client=client)
    link = links.create(ada, mail=False, expires_in=60)
    assert link.user_id == ada
    assert 0 < link.expires_at - time.time() <= 60
    assert link.url is not None
    with urllib.request.urlopen(link.url, timeout=60) as page:
        assert "You sign in to the account ada." in page.read().decode()
    for printed in (str(link), repr(link), f"{[link]}"):
        assert ada in printed
        assert "token" not in printed
    before = provider.letters("ada@example.com")
    mailed = links.create(ada, mail=True)
    assert mailed.url is None
    until(lambda: provider.letters("ada@example.com") > before)

    async def asked() -> str | None:
        async with httpx2.AsyncClient() as asynchronous:
            return (await AsyncSignInLinks(*account, client=asynchronous).create(ada, mail=False)).url

    assert str(asyncio.run(asked())).startswith(f"{provider.issuer}/login/link?token=")


def test_refusals_have_types(provider: DevProvider, account: tuple[str, str, str], client: httpx2.Client) -> None:
    invitations, links = Invitations(*account, client=client), SignInLinks(*account, client=client)
    for unknown in ("nobody", "", ".", "..", "a/b?c"):
        for ask in (invitations.get, invitations.resend, invitations.revoke, lambda one: links.create(one, mail=True)):
            with pytest.raises(NotFound):
                ask(unknown)
    homeless = Users(*account, client=client).create("homeless")["user_id"]
    with pytest.raises(Conflict) as caught:
        links.create(homeless, mail=True)
    assert caught.value.document["detail"] == "the user has no verified email address"
    reader = provider.issuer, *provider.service_account(READ)
    own = Invitations(*reader, client=client)
    assert len(list(own.list())) == len(list(invitations.list()))
    with pytest.raises(Refused):
        own.create("grace@example.com")
    with pytest.raises(Refused):
        SignInLinks(*reader, client=client).create(homeless, mail=False)


def test_without_mail_nobody_is_written_to(client: httpx2.Client, tmp_path: Path) -> None:
    with dev_provider(tmp_path, mail=False) as silent:
        account = (silent.issuer, *silent.service_account(ALL))
        invitations, links = Invitations(*account, client=client), SignInLinks(*account, client=client)
        claims = {"email": "ada@example.com", "email_verified": True}
        ada = Users(*account, client=client).create("ada", claims=claims)["user_id"]
        for ask in (lambda: invitations.create("grace@example.com"), lambda: links.create(ada, mail=True)):
            with pytest.raises(Conflict) as caught:
                ask()
            assert caught.value.document["detail"].startswith("no mail is sent here")
        assert list(invitations.list()) == []
        assert links.create(ada, mail=False).url is not None


def test_the_readme(
    provider: DevProvider, account: tuple[str, str, str], ada: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in zip(("ISSUER", "CLIENT_ID", "CLIENT_SECRET"), account, strict=True):
        monkeypatch.setenv(name, value)
    (tmp_path / "invites_people.py").write_text(block_with("SignInLinks"))
    monkeypatch.syspath_prepend(str(tmp_path))
    people: Any = importlib.import_module("invites_people")
    invited = people.invite("hedy@example.com")
    assert invited in people.pending()
    assert people.link_for(ada).startswith(f"{provider.issuer}/login/link?token=")
