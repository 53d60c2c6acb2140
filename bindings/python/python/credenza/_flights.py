"""Single flight: of two fetches with one key one is made, and the threads or greenlets that need it wait."""

from __future__ import annotations

import threading


class Flight:
    """A fetch under way."""

    __slots__ = ("key", "landed", "leader")

    def __init__(self, key: str) -> None:
        """Start, in this thread."""
        self.key = key
        self.leader = threading.get_ident()
        # Made when it is needed and not on import, so that it is the one of gevent or eventlet where they have replaced
        # those of the standard library: another would stop every greenlet of the thread.
        self.landed = threading.Event()


class Flights:
    """The fetches under way for one validator, in one process."""

    def __init__(self) -> None:
        """Start without any."""
        self._lock = threading.Lock()
        self._under_way: dict[str, Flight] = {}

    def start(self, key: str, waits: bool) -> Flight | None:
        """Begin a fetch. While another of that key is under way return nothing; if `waits`, once that has ended."""
        with self._lock:
            other = self._under_way.get(key)
            if other is None:
                flight = self._under_way[key] = Flight(key)
                return flight
        if not waits:
            return None
        if other.leader == threading.get_ident():
            # Greenlets of a thread whose locks were not replaced, or a client that asks the validator itself: waiting
            # would be for ever.
            return Flight(key)
        other.landed.wait()
        return None

    def end(self, flight: Flight) -> None:
        """End a fetch, whatever came of it."""
        with self._lock:
            if self._under_way.get(flight.key) is flight:
                del self._under_way[flight.key]
        flight.landed.set()
