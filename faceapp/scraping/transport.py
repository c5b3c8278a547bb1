"""The one place where sockets are opened: the address that is checked is the one that is dialled.

requests resolves names and connects by itself, so a name could mean another host when it is dialled
than when it was checked. Here connections resolve, check and dial the very same number.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from faceapp.scraping.addresses import ForbiddenAddress, is_allowed
from faceapp.words import Words

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]

_SECONDS = 10.0


def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host; raises `socket.gaierror`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection to an IP address; raises `OSError`."""
    return socket.create_connection((address, port), timeout)


class Dialler:
    """Opens connections to allowed addresses only, and can break off those that are in use.

    Args:
        resolve: host and port -> IP addresses.
        connect: IP address, port and seconds -> a connected socket.
        allow_loopback: this machine itself may be dialled, as for tests and mirrors.

    """

    def __init__(
        self,
        resolve: Resolve = resolve,
        connect: Connect = connect,
        *,
        allow_loopback: bool = False,
    ) -> None:
        self._resolve = resolve
        self._connect = connect
        self._allow_loopback = allow_loopback
        self._lock = threading.Lock()
        self._in_use: dict[int, tuple[socket.socket, float]] = {}

    def dial(self, host: str, port: int, timeout: float) -> socket.socket:
        """A connection to the first allowed address of a host that answers.

        Raises:
            ForbiddenAddress: the host has no allowed address; none was dialled.
            OSError: nobody answers.

        """
        addresses = [
            each
            for each in self._resolve(host, port)
            if is_allowed(each, allow_loopback=self._allow_loopback)
        ]
        if not addresses:
            raise ForbiddenAddress(
                Words("{host} lies inside a private network, and is not asked.", host=host)
            )
        for last, address in enumerate(addresses, 1 - len(addresses)):
            try:
                opened = self._connect(address, port, timeout)
            except OSError:
                if last == 0:
                    raise
            else:
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return opened
        raise AssertionError  # the last address connects or raises

    def use(self, opened: socket.socket, until: float) -> None:
        """Note the connection of this thread's request, and when the request must be over."""
        # A handle of our own: urllib3 lets go of a connection that ends with its answer.
        handle = socket.fromfd(opened.fileno(), opened.family, socket.SOCK_STREAM)
        self.release()
        with self._lock:
            self._in_use[threading.get_ident()] = (handle, until)

    def release(self) -> None:
        """Note that this thread's request is over."""
        with self._lock:
            if found := self._in_use.pop(threading.get_ident(), None):
                found[0].close()

    def break_off(self, now: float = float("inf")) -> None:
        """Break off every request that should have been over by `now`: their readers wake up."""
        with self._lock:
            for handle, until in self._in_use.values():
                if until <= now:
                    with suppress(OSError):
                        handle.shutdown(socket.SHUT_RDWR)


class GuardedAdapter(HTTPAdapter):
    """requests' way to send, over a `Dialler`'s connections.

    `until` of the current thread is set before each request: when it must be over.
    """

    def __init__(self, dialler: Dialler, connections: int = 64) -> None:
        self._dialler = dialler
        self._local = threading.local()
        super().__init__(pool_connections=connections, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Make the pools of connections, with ours in the place of urllib3's own."""
        super().init_poolmanager(*arguments, **named)
        plain, secure = _pools(self._dialler, self._local)
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}

    def set_deadline(self, until: float) -> None:
        """Say when this thread's next request must be over."""
        self._local.until = until


def _pools(
    dialler: Dialler, local: threading.local
) -> tuple[type[HTTPConnectionPool], type[HTTPSConnectionPool]]:
    """urllib3's pools, whose connections are opened by the dialler."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _open(dialler, self, local.until)

        def request(self, *arguments: Any, **named: Any) -> None:
            _reuse(dialler, self, local.until)
            super().request(*arguments, **named)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _open(dialler, self, local.until)

        def request(self, *arguments: Any, **named: Any) -> None:
            _reuse(dialler, self, local.until)
            super().request(*arguments, **named)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return PlainPool, SecurePool


def _reuse(dialler: Dialler, connection: HTTPConnection, until: float) -> None:
    """Note that a connection from an earlier request is used once more."""
    if connection.sock is not None:
        dialler.use(connection.sock, until)


def _open(dialler: Dialler, connection: HTTPConnection, until: float) -> socket.socket:
    """Dial for a connection, and name what goes wrong as urllib3 does."""
    seconds = connection.timeout if isinstance(connection.timeout, int | float) else _SECONDS
    try:
        opened = dialler.dial(connection.host, connection.port, seconds)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"{connection.host} does not answer") from error
    except OSError as error:
        raise NewConnectionError(connection, f"{connection.host}: {error}") from error
    dialler.use(opened, until)
    return opened
