"""The practice phone's face: what a customer would see on it."""

from typing import Final

from app.core.channel import Channel
from app.core.codes import AuthCode
from app.till.api import Customer, Lamp, Light, PhoneView
from app.words import say
from ui.text import channel_name, in_fours, money
from ui.widgets.buttons import ButtonFace
from ui.widgets.phone import PhoneFace

MANNERS: Final = {
    Customer.INSTANT: "phone.instant",
    Customer.PASSWORD: "phone.asks",
    Customer.NEVER: "phone.never",
    Customer.POOR: "phone.poor",
}
BEHAVIOURS: Final = (Customer.PASSWORD, Customer.POOR, Customer.NEVER)  # Alt 1, 2, 3; Alt 4 is the line
RESULTS: Final = frozenset({"paid", "refused", "expired", "offline"})


def wallets(lamps: tuple[Lamp, ...]) -> tuple[Channel, ...]:
    """The wallets on the customer's phone: those of the channels set up here."""
    shown = {lamp.name for lamp in lamps if lamp.light is not Light.OFF}
    return tuple(channel for channel in Channel if channel in shown)


def phone_face(
    phone: PhoneView | None, customer: Customer, shop: str, language: str, offered: tuple[Channel, ...]
) -> PhoneFace:
    channels = tuple((channel, channel_name(channel, language)) for channel in offered)
    if phone is None:
        return PhoneFace(channels=channels, result=say("phone.waiting", language))
    asking = phone.state == "password" and phone.asks_fen is not None
    code = phone.code if phone.state in ("code", "password") else ""
    result = say(f"phone.{phone.state}", language) if phone.state in RESULTS else ""
    return PhoneFace(
        channel=phone.channel,
        channels=channels,
        title=say("phone.title", language),
        code=code,
        masked=in_fours(AuthCode(code).masked) if code else "",
        tap=say("phone.fresh" if result else "phone.tap", language),
        balance=say("phone.balance", language, amount=money(phone.balance_fen)),
        manner=say(MANNERS[customer], language),
        pay_to=say("phone.payto", language, shop=shop),
        asks=money(phone.asks_fen or 0) if asking else "",
        password=say("phone.password", language),
        yes=say("phone.yes", language),
        no=say("phone.no", language),
        result=result,
    )


def behaviour_faces(customer: Customer, language: str, *, line_up: bool) -> tuple[ButtonFace, ...]:
    faces = [
        ButtonFace(f"Alt {n}", say(f"phone.{behaviour}.do", language), chosen=behaviour is customer)
        for n, behaviour in enumerate(BEHAVIOURS, 1)
    ]
    word = say("phone.line.do" if line_up else "phone.line.back", language)
    return (*faces, ButtonFace("Alt 4", word, chosen=not line_up))
