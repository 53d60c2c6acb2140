"""Where people go after the sign-in: to a page of this origin, and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

_LONGEST = 2048
_HOME = "/"
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
# Characters of a URL stay as they are; what is beyond ASCII is escaped, as a header field cannot hold it.
_KEPT = "".join(map(chr, range(0x21, 0x7F)))


def safe(value: str | None, origin: str, path: str) -> str:
    """
    Give back a path and query of this origin as they came; `/` for anything else.

    The routes below `path`, which are the connector's own, are not pages to come back to.
    """
    if not value or len(value) > _LONGEST or not value.startswith("/") or value.startswith("//"):
        return _HOME
    if _UNSAFE.search(value):
        return _HOME
    try:
        there, here = urlsplit(urljoin(origin + "/", value)), urlsplit(origin)
    except ValueError:
        return _HOME
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        return _HOME
    if there.path == path or there.path.startswith(path + "/"):
        return _HOME
    return quote(value, safe=_KEPT)
