"""
A greenlet that is killed, and one whose time is up, in the middle of a fetch: nothing is held against the issuer.

    python killed.py URL AUDIENCE TOKEN
"""

import sys

from gevent import monkey

monkey.patch_all()

import gevent  # noqa: E402
from credenza import Fetch, Response, Validator  # noqa: E402
from credenza.clients import urllib_fetch  # noqa: E402

url, audience, token = sys.argv[1:]
waits = True


def fetch(request: Fetch) -> Response:
    if waits:
        gevent.sleep(30)
    return urllib_fetch(request)


validator = Validator(url, audience, fetch=fetch)
first, second = (gevent.spawn(lambda: validator.validate(token).sub) for _ in range(2))
gevent.sleep(0.05)
first.kill()
waits = False
second.kill()
with gevent.Timeout(10):
    assert validator.validate(token).sub == "user"

waits = True
late = Validator(url, audience, fetch=fetch)
try:
    with gevent.Timeout(0.1):
        late.validate(token)
except gevent.Timeout:
    waits = False
assert late.validate(token).sub == "user"
