"""The authorization code flow (RFC 6749 section 4.1) with PKCE, through the pages of the server."""

import base64
import hashlib
import json
import secrets
import urllib.parse
import urllib.request

from .http import Answer, Form, Http
from .plan import Plan, Wanted

MAX_PAGES = 20
# What a browser asks for; some servers answer others with 401 in place of the sign-in page.
ACCEPT = "text/html,*/*;q=0.8"


def take(plan: Plan, metadata: dict, wanted: Wanted) -> tuple[dict, str]:
    """The token response, and the nonce that was sent."""
    verifier, nonce, state = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": wanted.client.client_id,
        "redirect_uri": plan.redirect_uri,
        "nonce": nonce,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **wanted.parameters,
    }
    back = _through_the_pages(plan, f"{metadata['authorization_endpoint']}?{urllib.parse.urlencode(query)}")
    if back.get("state") != state or "code" not in back:
        raise RuntimeError(f"{plan.server} answered {back}")
    form = {
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": plan.redirect_uri,
        "code_verifier": verifier,
    }
    if "resource" in wanted.parameters:
        form["resource"] = wanted.parameters["resource"]
    return form, nonce


def _through_the_pages(plan: Plan, url: str) -> dict[str, str]:
    browser = Http()
    answer = browser.send(url, Accept=ACCEPT)
    for _ in range(MAX_PAGES):
        if 300 <= answer.status < 400:
            url = urllib.parse.urljoin(answer.url, answer.headers["Location"])
            if url.startswith(plan.redirect_uri):
                return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
            answer = browser.send(_decided(plan, url), Accept=ACCEPT)
        else:
            answer = _filled_in(plan, browser, answer)
    raise RuntimeError(f"{plan.server} shows page after page")


def _filled_in(plan: Plan, browser: Http, page: Answer) -> Answer:
    form = Form(page.body)
    if form.action is None:
        raise RuntimeError(f"{page.url}: {page.status} {page.body}")
    fields = {name: plan.user.get(name, value) for name, value in form.fields.items()}
    return browser.send(urllib.parse.urljoin(page.url, form.action), fields, Accept=ACCEPT)


def _decided(plan: Plan, url: str) -> str:
    """Where the browser goes next: a login or consent application of Ory Hydra asks for that at its admin API."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    step = next((it for it in ("login", "consent") if plan.admin and f"{it}_challenge" in query), None)
    if step is None:
        return url
    at = f"{plan.admin}/oauth2/auth/requests/{step}"
    challenge = urllib.parse.urlencode({f"{step}_challenge": query[f"{step}_challenge"]})
    asked = Http().send(f"{at}?{challenge}").json()
    decision = {"subject": plan.user["subject"]} if step == "login" else {
        "grant_scope": asked["requested_scope"],
        "grant_access_token_audience": asked["requested_access_token_audience"],
    }
    request = urllib.request.Request(
        f"{at}/accept?{challenge}",
        data=json.dumps(decision).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    return Http().request(request).json()["redirect_to"]
