"""The settings of one data folder: read at start, frozen while the till runs. Secrets are not here (app.secrets)."""

from app.settings.accounts import Alipay, Unionpay, Wechat, WechatV3
from app.settings.client import Client, ClientError, read_client, take_client
from app.settings.file import Loaded, SettingsError, Trouble, load, parse, render, save
from app.settings.folder import DataFolder, default_folder
from app.settings.model import (
    Keys,
    Line,
    Looks,
    Printer,
    Receipt,
    Scanner,
    Settings,
    Shop,
    Till,
    keep_place,
)
from app.settings.parsers import loopback
from app.settings.pos import Pos

__all__ = [
    "Alipay",
    "Client",
    "ClientError",
    "DataFolder",
    "Keys",
    "Line",
    "Loaded",
    "Looks",
    "Pos",
    "Printer",
    "Receipt",
    "Scanner",
    "Settings",
    "SettingsError",
    "Shop",
    "Till",
    "Trouble",
    "Unionpay",
    "Wechat",
    "WechatV3",
    "default_folder",
    "keep_place",
    "load",
    "loopback",
    "parse",
    "read_client",
    "render",
    "save",
    "take_client",
]
