"""What a merchant's UnionPay room is opened with. Where public sources disagree, a named setting stands (§ doubts).

Doubts, each with the strict value as default (``unionpay.md``):

- ``channel_type``: the official demo sends 08 (mobile), two other clients 07 (internet).
- ``query_biz_type``: the demo's query sends 000201, the quoted specification 2.3 and real answers of 2024 000000.
- ``refund_days``: 30 by the QR specification 2.3, 11 months by the demo. It only warns; the channel decides.
- ``bill_void_code``: the trade code of a void in the ZM file is in no source; the row's own txnType 31 is.
- ``back_url``: back transactions must name one; who wants no notifications sends the placeholder of the demos.
- ``file_url``: the production host is known by analogy only.
- ``term_info``, ``risk_rate_info``: the rules want more of the terminal (kind, serial number, place or address), and
  each acquirer hands out a format of its own; that is the setting. ``{terminal}``, ``{store}`` and ``{ip}`` in it are
  filled in; an empty one is not sent.
- ``term_id``: eight characters the acquirer assigns; without them the till's number padded with zeros.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from app.channels.api import Secret

PRODUCTION: Final = "https://gateway.95516.com"  # unionpay.md §1
PLACEHOLDER: Final = "http://www.specialUrl.com"
REFUND_DAYS: Final = 30
BACK_PATH: Final = "/gateway/api/backTransReq.do"
QUERY_PATH: Final = "/gateway/api/queryTrans.do"
_FILES: Final = {
    "gateway.95516.com": "https://filedownload.95516.com/",
    "gateway.test.95516.com": "https://filedownload.test.95516.com/",
}


def _no_anchor() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Unionpay:
    """``back_url_base`` without a path. ``ca_pem`` (TLS) only for a simulator on this machine.

    ``test_environment``: the test signer's name and its SHA-1 chain are taken; never for real money.
    """

    back_url_base: str
    mer_id: str
    sign_cert_pem: str = field(repr=False)
    sign_key_pem: Secret = field(repr=False)
    root_cert_pem: str = field(repr=False)
    middle_cert_pem: str = field(repr=False)  # one or several
    test_environment: bool = False
    file_url: str = ""
    back_url: str = PLACEHOLDER
    channel_type: str = "08"
    query_biz_type: str = "000000"
    term_id: str = ""
    term_info: str = ""
    risk_rate_info: str = ""
    refund_days: int = REFUND_DAYS
    bill_void_code: str = ""
    ca_pem: str = field(default="", repr=False)
    anchor: Callable[[], str] = field(
        default=_no_anchor, repr=False
    )  # goes out as reqReserved; files show 32 characters

    @property
    def is_production(self) -> bool:
        return urlsplit(self.back_url_base).hostname == urlsplit(PRODUCTION).hostname

    @property
    def file_address(self) -> str:
        """Where files are asked for: as set, else the host beside the gateway, else the gateway itself."""
        beside = _FILES.get(urlsplit(self.back_url_base).hostname or "")
        return self.file_url or beside or f"{self.back_url_base.rstrip('/')}/"
