"""``client.json``, all that any client of the simulator needs, and ``control.json``, the way to steer it.

Both are 0600 and replaced whole, once the simulator listens. Later channels add keys; readers ignore unknown ones.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.core.channel import Channel
from app.sim.private_file import write_private
from app.sim.rules import fee_rate

if TYPE_CHECKING:  # the short commands must not wait for the key code to load
    from app.sim.keys import Keys

CLIENT: Final = "client.json"
CONTROL: Final = "control.json"
FORMAT: Final = 1
SHOP_NAME: Final = "码收练习店"
STORE_ID: Final = "P0001"


class NoSimulatorError(Exception):
    """No simulator serves the folder; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Control:
    """Where the simulator is steered from: a loopback port and the token that opens it."""

    port: int
    token: str = field(repr=False)
    pid: int = 0


def client_record(keys: "Keys", port: int, pace: float) -> dict[str, Any]:
    """The content of ``client.json``; ``pace`` divides every duration on both sides (design §7.5)."""
    base = f"https://127.0.0.1:{port}"
    return {
        "format": FORMAT,
        "simulator": True,
        "pace": int(pace) if pace == int(pace) else pace,
        "ca_pem": keys.pem["ca"],
        "ca_file": str(keys.file("ca")),
        "shop": {"name": SHOP_NAME, "store_id": STORE_ID},
        "wechat": _wechat(keys, base),
        "wechat_v3": _wechat_v3(keys, base),
        "alipay": _alipay(keys, base),
        "unionpay": _unionpay(keys, base),
    }


def _wechat(keys: "Keys", base: str) -> dict[str, Any]:
    return {
        "base_url": base,
        "appid": keys.names.appid,
        "mch_id": keys.names.mch_id,
        "sign_type": "HMAC-SHA256",
        "fee_rate": fee_rate(Channel.WECHAT),
        "api_v2_key": keys.names.api_v2_key,
        "client_cert_pem": keys.pem["wechat_client"],
        "client_key_pem": keys.pem["wechat_client_key"],
        "client_cert_file": str(keys.file("wechat_client")),
        "client_key_file": str(keys.file("wechat_client_key")),
    }


def _wechat_v3(keys: "Keys", base: str) -> dict[str, Any]:
    return {
        "base_url": base,
        "mchid": keys.names.mch_id,
        "appid": keys.names.appid,
        "api_v3_key": keys.names.api_v3_key,
        "merchant_serial_no": keys.serial("wechat_v3_merchant_cert"),
        "merchant_private_key_pem": keys.pem["wechat_v3_merchant_key"],
        "merchant_cert_pem": keys.pem["wechat_v3_merchant_cert"],
        "wechatpay_public_key_id": keys.names.public_key_id,
        "wechatpay_public_key_pem": keys.pem["wechat_v3_public_key"],
        "platform_certificate_pem": keys.pem["wechat_v3_platform_cert"],
    }


def _alipay(keys: "Keys", base: str) -> dict[str, Any]:
    return {
        "gateway_url": f"{base}/gateway.do",
        "app_id": keys.names.app_id,
        "mode": "public_key",
        "pid": f"2088{keys.names.app_id[-12:]}",
        "fee_rate": fee_rate(Channel.ALIPAY),
        "app_private_key_pem": keys.pem["alipay_app_private_key"],
        "app_public_key_pem": keys.pem["alipay_app_public_key"],
        "alipay_public_key_pem": keys.pem["alipay_public_key"],
        "app_cert_pem": keys.pem["alipay_app_cert"],
        "alipay_cert_pem": keys.pem["alipay_cert"],
        "alipay_root_cert_pem": keys.pem["alipay_root_cert"],
    }


def _unionpay(keys: "Keys", base: str) -> dict[str, Any]:
    return {
        "back_url_base": base,
        "file_url": f"{base}/filedownload/",
        "mer_id": keys.names.mer_id,
        "sign_cert_pem": keys.pem["unionpay_merchant_cert"],
        "sign_key_pem": keys.pem["unionpay_merchant_key"],
        "root_cert_pem": keys.pem["unionpay_root_cert"],
        "middle_cert_pem": keys.pem["unionpay_middle_cert"],
        "test_environment": True,
        "fee_rate": fee_rate(Channel.UNIONPAY),
    }


def write(folder: Path, client: dict[str, Any], control: Control) -> None:
    """``client.json`` last: where it is new, everything stands. OSError from the disk."""
    steering = {"format": FORMAT, "url": f"http://127.0.0.1:{control.port}", "token": control.token, "pid": control.pid}
    write_private(folder / CONTROL, json.dumps({**steering, "port": control.port}, indent=1) + "\n")
    write_private(folder / CLIENT, json.dumps(client, ensure_ascii=False, indent=1) + "\n")


def read_control(folder: Path) -> Control:
    """NoSimulatorError where the folder has none or it cannot be read."""
    try:
        record = json.loads((folder / CONTROL).read_text(encoding="utf-8"))
        return Control(int(record["port"]), str(record["token"]), int(record["pid"]))
    except FileNotFoundError:
        raise NoSimulatorError(f"no simulator has served {folder}; start one with: mashou sim --dir {folder}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoSimulatorError(f"{folder / CONTROL} cannot be read ({type(error).__name__})") from None


def last_port(folder: Path) -> int:
    """The port of the last run, 0 for none: kept so that a client's settings outlive a restart."""
    try:
        url = str(json.loads((folder / CLIENT).read_text(encoding="utf-8"))["wechat"]["base_url"])
        return int(url.rpartition(":")[2])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
