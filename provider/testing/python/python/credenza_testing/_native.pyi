from typing import Literal, final

class Error(Exception):
    """What the provider could not do, or would not."""

    code: Literal["start", "absent", "invalid", "refused", "page", "failed"]

@final
class NativeProvider:
    """A provider that runs until it is stopped. Commands and answers are JSON."""

    def __init__(self, options: str) -> None: ...
    @property
    def issuer(self) -> str: ...
    def call(self, method: str, params: str) -> str: ...
    def stop(self) -> None: ...
