"""A service provider's V3 calls: its own names where a shop says appid and mchid, and its sub-merchant beside them.

Paths and fields: pay.weixin.qq.com/docs/partner/apis/partner-code-payment-v3. Refunds keep their path and only name the
sub-merchant. Any sub-merchant is taken; each sees its own orders only, as the bank's ``on_behalf`` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

from app.sim.exchange import Request

PATH: Final = "/v3/pay/partner/"


@dataclass(frozen=True, slots=True)
class Provider:
    """Who asks, for whom; "" where the request does not say."""

    sp_appid: str
    sp_mchid: str
    sub_appid: str
    sub_mchid: str


def provider_of(request: Request, body: Mapping[str, Any]) -> Provider | None:
    """None where a shop asks for itself."""
    if not request.path.startswith(PATH):
        return None
    asked = {name: values[0] for name, values in parse_qs(request.query).items()} | dict(body)
    names = ("sp_appid", "sp_mchid", "sub_appid", "sub_mchid")
    return Provider(*(str(asked.get(name) or "") for name in names))


def as_own(body: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    """The request as the shop itself would write it."""
    return {**body, "appid": provider.sp_appid, "mchid": provider.sp_mchid}


def as_provided(answer: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    """The answer by the provider's names; the payer too has one for each app."""
    theirs = dict(answer)
    for name in ("appid", "mchid"):
        if name in theirs:
            theirs[f"sp_{name}"] = theirs.pop(name)
    if "payer" in theirs:
        openid = theirs["payer"]["openid"]
        theirs["payer"] = {"sp_openid": openid, **({"sub_openid": openid} if provider.sub_appid else {})}
    app = {"sub_appid": provider.sub_appid} if provider.sub_appid else {}
    return {**theirs, "sub_mchid": provider.sub_mchid, **app}
