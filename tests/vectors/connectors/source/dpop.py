"""DPoP (RFC 9449) as a connector sees it: which URL is compared, behind prefixes and proxies; nonces; replays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .case import ALGS, allowed, case, challenge, refused, request, route, settings
from .tokens import NONCE_SECRET, NOW, Json, base64url, bound, nonce, proof, thumbprint, token

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "DPoP: the URL as the client sees it, prefixes and proxies, methods, nonces, replays, bindings"

OWN = bound()
DPOP = settings(dpop={"algorithms": [ALGS]})
NONCES = settings(dpop={"algorithms": [ALGS], "nonce": True, "nonce_secret": base64url(NONCE_SECRET), "max_age": 60})
ORIGIN = {"origin": "https://api.example"}


def told(rule: str) -> str:
    return challenge(rule, "DPoP", algs=ALGS)


def sent(*fields: tuple[str, str], own: str = OWN, method: str = "GET", path: str = "/orders", **claims: Any) -> Json:
    """A request with a proof; the claims of the proof beside the usual ones or in their place."""
    made = proof(own, htm=claims.pop("htm", method), **claims)
    return request(("Authorization", f"DPoP {own}"), ("DPoP", made), *fields, method=method, path=path)


def of(name: str, about: str, *steps: Json, **more: Any) -> Json:
    return case(f"dpop_{name}", about, *steps, **{"settings": DPOP, "guard": ORIGIN, **more})


def cases() -> Iterator[Json]:
    yield from urls()
    yield from prefixes()
    yield from proofs()
    yield from bindings()
    yield from nonces()


def urls() -> Iterator[Json]:
    good = allowed(sent(jti="good"))
    wrong = {
        "another_path": {"htu": "https://api.example/invoices"},
        "another_host": {"htu": "https://evil.example/orders"},
        "another_scheme": {"htu": "http://api.example/orders"},
        "another_port": {"htu": "https://api.example:8443/orders"},
        "path_in_other_case": {"htu": "https://api.example/Orders"},
        "trailing_slash": {"htu": "https://api.example/orders/"},
    }
    for name, claims in wrong.items():
        yield of(
            f"url_{name}",
            "A proof for another URL.",
            refused(sent(**claims), "dpop_htu", told("dpop_htu")),
            good,
            attacks=("A069",),
        )
    yield of(
        "url_query",
        "Query and fragment are not compared (RFC 9449 section 4.3), neither of the request nor of the proof.",
        allowed(sent(path="/orders?page=2&x=%2F", jti="1")),
        allowed(sent(htu="https://api.example/orders?other=1#x", path="/orders?page=3", jti="2")),
    )
    yield of(
        "url_equivalent",
        "Equivalent URLs (RFC 3986 section 6.2): case of the host, default port, needless escapes.",
        allowed(sent(htu="HTTPS://API.example:443/orders", jti="1")),
        allowed(sent(htu="https://api.example/%6Frders", jti="2")),
    )
    yield of(
        "method_of_the_proof",
        "Of the method that is asked with, in its case.",
        allowed(sent(method="POST", jti="1")),
        refused(sent(method="POST", htm="GET", jti="2"), "dpop_htm", told("dpop_htm")),
        refused(sent(method="POST", htm="post", jti="3"), "dpop_htm", told("dpop_htm")),
        route=route(methods=("GET", "POST")),
        attacks=("A069",),
    )
    yield of(
        "method_head",
        "HEAD is a method of its own: a proof for GET is none for it.",
        allowed(sent(method="HEAD", jti="1")),
        refused(sent(method="HEAD", htm="GET", jti="2"), "dpop_htm", told("dpop_htm")),
        route=route(methods=("GET", "HEAD")),
    )


def prefixes() -> Iterator[Json]:
    mounted = route(prefix="/v1")
    inside = {"path": "/v1/orders"}
    yield of(
        "mounted",
        "A route of a mounted application: the whole path is compared, not what is left of it inside.",
        allowed(sent(htu="https://api.example/v1/orders", **inside, jti="1")),
        refused(sent(htu="https://api.example/orders", **inside, jti="2"), "dpop_htu", told("dpop_htu")),
        route=mounted,
    )
    yield of(
        "proxy_takes_a_prefix_away",
        "Behind a proxy that takes a prefix away, the origin has it.",
        allowed(sent(htu="https://www.example/shop/orders", jti="1")),
        refused(sent(htu="https://www.example/orders", jti="2"), "dpop_htu", told("dpop_htu")),
        guard={"origin": "https://www.example/shop"},
    )
    yield of(
        "proxy_and_mounted",
        "Both: the prefix of the proxy, and that of the application.",
        allowed(sent(htu="https://www.example/shop/v1/orders", **inside, jti="1")),
        refused(sent(htu="https://www.example/v1/orders", **inside, jti="2"), "dpop_htu", told("dpop_htu")),
        refused(sent(htu="https://www.example/shop/orders", **inside, jti="3"), "dpop_htu", told("dpop_htu")),
        guard={"origin": "https://www.example/shop"},
        route=mounted,
    )
    yield of(
        "origin_with_a_slash",
        "A slash at the end of the origin is not doubled.",
        allowed(sent()),
        guard={"origin": "https://api.example/"},
    )
    forwarded = {
        "host": ("X-Forwarded-Host", "evil.example"),
        "proto": ("X-Forwarded-Proto", "http"),
        "prefix": ("X-Forwarded-Prefix", "/evil"),
        "forwarded": ("Forwarded", "host=evil.example;proto=http"),
        "original_uri": ("X-Original-URI", "/evil"),
        "original_url": ("X-Original-URL", "/evil"),
        "rewrite_url": ("X-Rewrite-URL", "/evil"),
    }
    for name, field in forwarded.items():
        target = {
            "host": "https://evil.example/orders",
            "proto": "http://api.example/orders",
            "forwarded": "http://evil.example/orders",
            "prefix": "https://api.example/evil/orders",
        }
        yield of(
            f"forwarded_{name}",
            "Fields that anybody can send do not change the URL.",
            allowed(sent(field, jti="1")),
            refused(
                sent(field, htu=target.get(name, "https://api.example/evil"), jti="2"), "dpop_htu", told("dpop_htu")
            ),
            attacks=("A247",),
        )
    yield of(
        "host_field",
        "With an origin, the Host field does not count.",
        allowed(sent(("Host", "evil.example"), jti="1")),
        refused(
            sent(("Host", "evil.example"), htu="https://evil.example/orders", jti="2"), "dpop_htu", told("dpop_htu")
        ),
        attacks=("A247",),
    )


def proofs() -> Iterator[Json]:
    good = allowed(sent(jti="good"))
    yield of(
        "none",
        "A token that is bound, without a proof.",
        refused(request(("Authorization", f"DPoP {OWN}")), "dpop_missing", told("dpop_missing")),
        good,
        attacks=("A068",),
    )
    two = [("DPoP", proof(OWN, jti="1")), ("DPoP", proof(OWN, jti="2"))]
    yield of(
        "two",
        "Two proofs, in two fields (RFC 9449 section 4.3).",
        refused(request(("Authorization", f"DPoP {OWN}"), *two), "dpop_many", told("dpop_many")),
        good,
    )
    yield of(
        "scheme_in_lower_case",
        "Schemes have no case.",
        allowed(request(("Authorization", f"dpop {OWN}"), ("dpop", proof(OWN)))),
    )
    wrong: dict[str, tuple[Json, str]] = {
        "old": ({"iat": NOW - 91}, "dpop_iat"),
        "of_the_future": ({"iat": NOW + 31}, "dpop_iat"),
        "of_another_token": ({"ath": base64url(b"x" * 32)}, "dpop_ath"),
        "without_ath": ({"ath": None}, "dpop_ath"),
        "typ": ({"header": {"typ": "JWT"}}, "dpop_typ"),
        "without_jti": ({"jti": None}, "dpop_malformed"),
    }
    for name, (claims, rule) in wrong.items():
        yield of(f"proof_{name}", "A bad proof.", refused(sent(**claims), rule, told(rule)), good, attacks=("A069",))
    replayed = sent(jti="replayed")
    yield of(
        "replay",
        "A proof is accepted once (RFC 9449 section 11.1), and another one after it.",
        allowed(replayed),
        refused(replayed, "dpop_replay", told("dpop_replay")),
        good,
        attacks=("A067",),
    )
    yield of(
        "refused_requests_spend_no_proof",
        "A request that is refused for another reason leaves its proof unused.",
        refused(
            sent(jti="kept", own=bound(scope="a")), "scope", challenge("scope", "DPoP", scope="orders:read", algs=ALGS)
        ),
        refused(
            sent(jti="kept", own=bound(scope="a")), "scope", challenge("scope", "DPoP", scope="orders:read", algs=ALGS)
        ),
        route=route(needs={"scopes": ["orders:read"]}),
    )


def bindings() -> Iterator[Json]:
    yield of(
        "binding_of_another_key",
        "A good proof, by another key than the token is bound to.",
        refused(sent(own=bound(thumbprint("es256-2"))), "dpop_binding", told("dpop_binding")),
        allowed(sent(jti="2")),
        attacks=("A068",),
    )
    unbound = request(("Authorization", f"DPoP {token()}"), ("DPoP", proof(token())))
    both = f"{told('dpop_scheme')}, {challenge('dpop_scheme')}"
    yield of("binding_none", "A bearer token with the scheme DPoP.", refused(unbound, "dpop_scheme", both))
    beside = request(("Authorization", f"Bearer {token()}"), ("DPoP", "not a proof"))
    yield of(
        "binding_bearer_beside",
        "Bearer tokens go on, where DPoP is not required; a proof beside one is not read.",
        allowed(beside),
    )
    certificate = token(cnf={"x5t#S256": base64url(b"c" * 32)})
    yield case(
        "certificate_none",
        "A token bound to a certificate (RFC 8705 section 3), over a connection without one.",
        refused(request(("Authorization", f"Bearer {certificate}")), "certificate_missing"),
        allowed(request(("Authorization", f"Bearer {token()}"))),
    )
    yield case(
        "certificate_in_a_field",
        "Fields in which proxies hand certificates on are not read unless the application says so.",
        refused(
            request(("Authorization", f"Bearer {certificate}"), ("X-Client-Cert", "c"), ("Client-Cert", ":Yw==:")),
            "certificate_missing",
        ),
        attacks=("A247",),
    )


def nonces() -> Iterator[Json]:
    asked = challenge("dpop_nonce", "DPoP", algs=ALGS)
    fresh, old = nonce(), nonce(NOW - 40)
    yield of(
        "nonce_is_given_and_taken",
        "RFC 9449 section 9: refused with a nonce, and accepted with it.",
        refused(sent(jti="1"), "dpop_nonce", asked, DPoP_Nonce=fresh),
        allowed(sent(nonce=fresh, jti="2"), DPoP_Nonce=None),
        settings=NONCES,
    )
    yield of(
        "nonce_next",
        "RFC 9449 section 8.2: the answer to an allowed request has the next nonce, before the old one ends.",
        allowed(sent(nonce=old, jti="1"), DPoP_Nonce=fresh),
        allowed(sent(nonce=fresh, jti="2"), DPoP_Nonce=None),
        settings=NONCES,
    )
    yield of(
        "nonce_expired",
        "A nonce that is too old is answered with a new one.",
        refused(sent(nonce=nonce(NOW - 91), jti="1"), "dpop_nonce", asked, DPoP_Nonce=fresh),
        allowed(sent(nonce=fresh, jti="2"), DPoP_Nonce=None),
        settings=NONCES,
    )
    yield of(
        "nonce_of_another_service",
        "A nonce under another secret.",
        refused(sent(nonce=nonce(secret=b"x" * 32)), "dpop_nonce", asked, DPoP_Nonce=fresh),
        settings=NONCES,
        attacks=("A069",),
    )
    yield of(
        "nonce_at_another_time",
        "Each second has its own.",
        refused(sent(jti="1"), "dpop_nonce", asked, DPoP_Nonce=fresh),
        {**refused(sent(jti="2", iat=NOW + 7), "dpop_nonce", asked, DPoP_Nonce=nonce(NOW + 7)), "now": NOW + 7},
        settings=NONCES,
    )
