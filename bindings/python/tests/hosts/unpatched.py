"""
Greenlets of one thread whose locks were not replaced, and a client that yields: each fetches for itself.

    python unpatched.py URL AUDIENCE TOKEN
"""

import sys

import gevent
from credenza import Fetch, Response, Validator
from credenza.clients import urllib_fetch

url, audience, token = sys.argv[1:]
subjects = []


def fetch(request: Fetch) -> Response:
    gevent.sleep(0.05)
    return urllib_fetch(request)


validator = Validator(url, audience, fetch=fetch)


def call() -> None:
    subjects.append(validator.validate(token).sub)


gevent.joinall([gevent.spawn(call) for _ in range(3)], timeout=20, raise_error=True)
assert subjects == ["user"] * 3, subjects
