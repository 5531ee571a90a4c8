"""``mashou sim notify``: a channel's notification of an order, into a file or to an address on this computer."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
LIMIT_S: Final = 10.0  # WeChat waits five seconds, UnionPay ten
ABOUT: Final = """\
Make the notification a channel would send of a paid order, or with --refund of one of its refunds that has ended,
signed and encrypted as the channel does it. --post sends it to an http address on this computer and prints the answer
(status, then body); --save writes its body and --save-headers its headers, one a line. wechat-v3 is WeChat's other
protocol, signed with its public key; wechat-v3-platform with the platform certificate's."""
SPEECHES: Final = ("wechat", "wechat-v3", "wechat-v3-platform", "alipay", "unionpay")


class CannotNotifyError(Exception):
    """Nobody took it; the text is one sentence."""


def hand_over(made: Mapping[str, Any], save: Path | None, save_headers: Path | None, post: str | None) -> str:
    """Do what was asked with a notification from the control door; what is to be printed. CannotNotifyError."""
    body, headers = base64.b64decode(made["body"]), dict(made["headers"])
    try:
        if save is not None:
            save.write_bytes(body)
        if save_headers is not None:
            save_headers.write_text("".join(f"{name}: {value}\n" for name, value in headers.items()), encoding="utf-8")
    except OSError as error:
        raise CannotNotifyError(f"the file cannot be written ({error.strerror or error})") from None
    return _posted(post, headers, body) if post is not None else ""


def _posted(address: str, headers: dict[str, str], body: bytes) -> str:
    import http.client  # noqa: PLC0415 - the other short commands need not wait for it

    try:
        target = urlsplit(address)
        host, port = target.hostname, target.port
    except ValueError:
        raise CannotNotifyError(f"{address!r} is no address") from None
    if target.scheme != "http" or host not in LOOPBACK:
        raise CannotNotifyError(f"notifications are sent to http://127.0.0.1:PORT/... only, not to {address!r}")
    connection = http.client.HTTPConnection(host, port, timeout=LIMIT_S)
    try:
        path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return f"{answer.status}\n{answer.read().decode('utf-8', 'replace')}"
    except (OSError, http.client.HTTPException) as error:
        raise CannotNotifyError(f"{address} does not answer ({type(error).__name__})") from None
    finally:
        connection.close()
