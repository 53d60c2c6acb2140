"""What differs between asyncio and trio: how a fetch is started that outlives its caller, and how it is waited for."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Coroutine

    from credenza._credenza import Fetch

_T = TypeVar("_T")


class Flight(Protocol):
    """A fetch under way, which no caller owns: when one is cancelled, the others still get it."""

    def has_ended(self) -> bool:
        """Tell whether it is over, whatever came of it."""

    async def landed(self) -> None:
        """Wait for its end. Raises what was no failure of the fetch, but of the program."""


class Loop(Protocol):
    """The event loop that a coroutine runs in."""

    @property
    def token(self) -> object:
        """Identifies the loop."""

    def start(self, make: Callable[[], Coroutine[Any, Any, None]], name: str) -> Flight:
        """Run a coroutine in the background."""

    def in_thread(self, read: Callable[[Fetch], _T], request: Fetch) -> Awaitable[_T]:
        """Call in a thread, which is abandoned when its time is up."""


def running() -> Loop:
    """Find the loop that this is called in. Raises `RuntimeError` outside of any."""
    if "trio" in sys.modules:
        import trio

        with suppress(RuntimeError):
            return _Trio(trio.lowlevel.current_task() and trio.lowlevel.current_trio_token())
    import asyncio

    return _Asyncio(asyncio.get_running_loop())


class _Asyncio:
    def __init__(self, token: asyncio.AbstractEventLoop) -> None:
        self.token = token

    def start(self, make: Callable[[], Coroutine[Any, Any, None]], name: str) -> Flight:
        return _Task(self.token.create_task(make(), name=name))

    async def in_thread(self, read: Callable[[Fetch], _T], request: Fetch) -> _T:
        import asyncio

        loop = self.token
        future: asyncio.Future[_T] = loop.create_future()

        def settle(result: _T | None, error: BaseException | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

        def work() -> None:
            result, error = None, None
            try:
                result = read(request)
            except BaseException as raised:  # it is the waiting task's
                error = raised
            # The loop may have ended meanwhile; then nobody waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, result, error)

        threading.Thread(target=work, name="credenza-http", daemon=True).start()
        return await asyncio.wait_for(future, request.timeout)


class _Task:
    def __init__(self, task: asyncio.Task[None]) -> None:
        self._task = task

    def has_ended(self) -> bool:
        return self._task.done()

    async def landed(self) -> None:
        import asyncio

        # Unlike `await task`, this neither cancels the task nor is cancelled with it.
        await asyncio.wait((self._task,))
        if not self._task.cancelled():
            self._task.result()


class _Trio:
    def __init__(self, token: object) -> None:
        self.token = token

    def start(self, make: Callable[[], Coroutine[Any, Any, None]], name: str) -> Flight:
        return _SystemTask(make, name)

    async def in_thread(self, read: Callable[[Fetch], _T], request: Fetch) -> _T:
        import trio

        with trio.fail_after(request.timeout):
            return await trio.to_thread.run_sync(read, request, abandon_on_cancel=True)


class _SystemTask:
    def __init__(self, make: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        import trio

        self._event = trio.Event()
        self._error: Exception | None = None
        trio.lowlevel.spawn_system_task(self._run, make, name=name)

    async def _run(self, make: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await make()
        except Exception as error:  # it is the waiting task's: one that leaves a system task ends the program
            self._error = error
        finally:
            self._event.set()

    def has_ended(self) -> bool:
        return self._event.is_set()

    async def landed(self) -> None:
        await self._event.wait()
        if self._error is not None:
            raise self._error
