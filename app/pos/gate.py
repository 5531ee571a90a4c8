"""Who may come in: judged by the head of a request alone, before anything is read or done. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import h11

from app.pos.token import opens
from app.pos.wishes import Turned, is_request_id, read_wait

CHARGES: Final = "/v1/charges"
STATUS: Final = "/v1/status"
# A page in a browser cannot leave these out; no program of a shop sends them.
_BROWSERS: Final = (b"origin", b"referer", b"sec-fetch-site", b"sec-fetch-mode")
_TARGET_MOST: Final = 256  # characters


@dataclass(frozen=True, slots=True)
class Route:
    """What is asked for. ``act``: "status", "ask", "look" or "stop"."""

    act: str
    request_id: str = ""
    wait: int = 0  # seconds
    seen: str = ""  # the state the caller knows


def stranger(request: h11.Request, port: int) -> Turned | None:
    """A browser, or a name that was bent to lead here (DNS rebinding): neither is told more than that."""
    hosts = _values(request, b"host")
    if hosts not in ([f"127.0.0.1:{port}"], [f"localhost:{port}"]):
        return Turned(403, "pos.host")
    return Turned(403, "pos.browser") if any(_values(request, name) for name in _BROWSERS) else None


def known(request: h11.Request, token_hash: str) -> bool:
    """Whether the caller has the token."""
    given = _values(request, b"authorization")
    return opens(given[0] if len(given) == 1 else "", token_hash)


def route(request: h11.Request) -> Route | Turned:  # noqa: PLR0911 - one return per way to be wrong
    path, _, query = request.target.decode("ascii", "replace").partition("?")
    if len(request.target) > _TARGET_MOST:
        return Turned(404, "pos.path")
    if path in (STATUS, CHARGES):
        act, method = ("status", b"GET") if path == STATUS else ("ask", b"POST")
        if request.method != method:
            return Turned(405, "pos.method")
        if act == "ask" and not _is_json(request):
            return Turned(415, "pos.type")
        return Route(act)
    prefix, _, rest = path.partition(CHARGES + "/")
    request_id, slash, act = rest.partition("/")
    if prefix or act not in ("", "stop") or bool(slash) != bool(act):
        return Turned(404, "pos.path")
    if not is_request_id(request_id):
        return Turned(400, "pos.id")
    if request.method != (b"POST" if act else b"GET"):
        return Turned(405, "pos.method")
    return Route("stop", request_id) if act else _look(request_id, query)


def _look(request_id: str, query: str) -> Route | Turned:
    given = dict(part.partition("=")[::2] for part in query.split("&") if part)
    wait, seen = read_wait(given.pop("wait", "0")), given.pop("seen", "")
    if wait is None or given or not (seen.replace("_", "").isalpha() or not seen):
        return Turned(400, "pos.query")
    return Route("look", request_id, wait, seen)


def _is_json(request: h11.Request) -> bool:
    given = _values(request, b"content-type")
    return len(given) == 1 and given[0].partition(";")[0].strip().lower() == "application/json"


def _values(request: h11.Request, name: bytes) -> Sequence[str]:
    return [value.decode("latin-1") for one, value in request.headers if one == name]
