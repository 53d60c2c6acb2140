"""
Twenty greenlets and a cold validator: one fetches, the others wait, and none stops the thread.

    python greenlets.py gevent|eventlet|none before|after URL AUDIENCE TOKEN
"""

import sys

kind, when, url, audience, token = sys.argv[1:]


def patch() -> None:
    if kind == "gevent":
        from gevent import monkey

        monkey.patch_all()
    elif kind == "eventlet":
        import eventlet

        eventlet.monkey_patch()


if when == "before":
    patch()

from credenza import Validator  # noqa: E402

if when == "after":
    early = Validator(url, audience)
    patch()

validator = early if when == "after" else Validator(url, audience)
subjects = []


def call() -> None:
    subjects.append(validator.validate(token).sub)


if kind == "eventlet":
    import eventlet

    pool = eventlet.GreenPool()
    for _ in range(20):
        pool.spawn(call)
    pool.waitall()
else:
    import gevent

    gevent.joinall([gevent.spawn(call) for _ in range(20)], timeout=20, raise_error=True)

assert subjects == ["user"] * 20, subjects
