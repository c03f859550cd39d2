"""Who may talk to the page: this machine, unless its owner opened it, and never another site.

* A browser on this machine visits strange sites, too. Those may send simple requests anywhere, so a request that another
  site has caused is refused (``Origin``, ``Sec-Fetch-Site``); and a name of theirs that they point at this machine
  (DNS rebinding) is refused by its ``Host``.
* Any address besides loopback needs a password, asked for as HTTP basic authentication (RFC 7617).
* Nothing may be loaded from another host: the content security policy says so to the browser.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

__all__ = ["LOOPBACK", "Guard", "is_loopback"]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_SAFE = ("GET", "HEAD", "OPTIONS")

# Gradio's page has inline scripts and styles, and builds functions from text; all of them are this package's own.
_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own, which no other can reach.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI middleware around the whole page.

    Parameters
    ----------
    hosts : tuple of str
        Names and addresses under which the page may be asked for, without the port; empty: any (a password is then
        what protects it).
    password : str
        Empty: none is asked for.
    """

    def __init__(self, app: App, *, hosts: tuple[str, ...] = LOOPBACK, password: str = "") -> None:
        self.app = app
        self.hosts = hosts
        self.password = password.encode()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            await _answer(scope, send, *refused)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers)

    def _refusal(self, scope: Message) -> tuple[int, str, tuple[tuple[bytes, bytes], ...]] | None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if self.hosts and _name(host) not in self.hosts:
            return 403, "This page is only served under its own address.", ()
        acts = scope["type"] == "websocket" or scope["method"] not in _SAFE
        origin = headers.get(b"origin", b"").decode("latin-1")
        if acts and origin and origin.partition("://")[2] != host:
            return 403, "A request from another site was refused.", ()
        # A picture or script that another site embeds is read, not sent; it is none of its business, either.
        site = headers.get(b"sec-fetch-site", b"same-origin")
        navigates = headers.get(b"sec-fetch-mode") == b"navigate" and not acts
        if site not in (b"same-origin", b"none") and not navigates:
            return 403, "A request from another site was refused.", ()
        if self.password and not self._knows_password(headers.get(b"authorization", b"")):
            ask = (b"www-authenticate", b'Basic realm="Distill", charset="UTF-8"')
            return 401, "Distill asks for the password it was started with (any name).", (ask,)
        return None

    def _knows_password(self, given: bytes) -> bool:
        scheme, _, credentials = given.partition(b" ")
        if scheme.lower() != b"basic":
            return False
        try:
            _, _, password = base64.b64decode(credentials, validate=True).partition(b":")
        except binascii.Error:
            return False
        return hmac.compare_digest(password, self.password)


def _name(host: str) -> str:
    """Take the port off: ``localhost:7860`` is ``localhost``, ``[::1]:7860`` is ``[::1]``."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


async def _answer(scope: Message, send: Send, status: int, sentence: str, more: tuple[Any, ...]) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = sentence.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *more, *_HEADERS]})
    await send({"type": "http.response.body", "body": body})
