"""Signs a person in, and prints an access token for the account API: person.py ISSUER CLIENT_ID USERNAME, the password in
OPENAPI_PASSWORD. The client is public, and redirects to this machine, where nobody listens: its answer is read from the redirect."""

import base64
import hashlib
import html
import json
import os
import re
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

CALLBACK = "http://127.0.0.1/callback"


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows redirects of the provider, and none to the client."""

    def redirect_request(self, request, fp, code, message, headers, url):
        if url.startswith(CALLBACK):
            return None
        return super().redirect_request(request, fp, code, message, headers, url)


def sent(opener, url, fields=None):
    """The address and the text of an answer."""
    data = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        with opener.open(url, data) as answer:
            return answer.url, answer.read().decode()
    except urllib.error.HTTPError as error:
        if "location" not in error.headers:
            raise
        return error.headers["location"], ""


def hidden(text):
    """The hidden fields of the form on a page."""
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", text)
    values = [(re.search('name="([^"]*)"', tag), re.search('value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: html.unescape(value[1]) for name, value in values if name and value}


def main(issuer, client_id, username):
    opener = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor(CookieJar()))
    verifier = secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid offline_access account",
        "prompt": "consent",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    url, text = sent(opener, f"{issuer}/authorize?{urllib.parse.urlencode(asked)}")
    own = {"username": username, "password": os.environ["OPENAPI_PASSWORD"], "decision": "allow"}
    for _ in range(3):
        if url.startswith(CALLBACK):
            break
        action = re.search('<form[^>]*action="([^"]*)"', text)
        where = urllib.parse.urljoin(url, html.unescape(action[1])) if action else url
        url, text = sent(opener, where, {**hidden(text), **own})
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["code"][0]
    redeemed = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": client_id,
        "code_verifier": verifier,
    }
    _, text = sent(opener, f"{issuer}/token", redeemed)
    print(json.loads(text)["access_token"])


main(*sys.argv[1:])
