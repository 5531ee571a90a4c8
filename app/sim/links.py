"""Download links that name what they lead to, until when, and prove that this simulator made them."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode


class Links:
    """``key`` is made anew at each start: a link does not outlive it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, address: str, until: float, **what: str) -> str:
        """``address`` with a query; good until ``until``, seconds since the epoch."""
        fields = {**{name: text for name, text in what.items() if text}, "until": f"{until:.0f}"}
        return f"{address}?{urlencode({**fields, 'token': self._token(fields)})}"

    def open(self, query: str, now: float) -> Mapping[str, str] | None:
        """What the link leads to; None where it is not ours or too old."""
        fields = dict(parse_qsl(query))
        token = fields.pop("token", "")
        if not hmac.compare_digest(token.encode(), self._token(fields).encode()) or now > float(fields["until"]):
            return None
        return fields

    def _token(self, fields: Mapping[str, str]) -> str:
        text = urlencode(sorted(fields.items()))
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:40]
