"""The keys and certificates of each counterparty, PEM text by file stem."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.sim.certs import certificate, name, new_rsa, pem, private, private_pkcs8, public

TLS = ("ca_key", "server_key", "wechat_client_key", "ca", "server", "wechat_client")
ALIPAY = (
    "alipay_app_private_key",
    "alipay_private_key",
    "alipay_app_public_key",
    "alipay_public_key",
    "alipay_app_cert",
    "alipay_cert",
    "alipay_root_cert",
)
WECHAT_V3 = (
    "wechat_v3_merchant_key",
    "wechat_v3_merchant_cert",
    "wechat_v3_platform_key",
    "wechat_v3_platform_cert",
    "wechat_v3_private_key",
    "wechat_v3_public_key",
)

UNIONPAY = (
    "unionpay_root_cert",
    "unionpay_middle_cert",
    "unionpay_cert",
    "unionpay_key",
    "unionpay_merchant_cert",
    "unionpay_merchant_key",
)
UNIONPAY_SIGNER = "041@Z12@00040000:SIGN@00000062"  # the third part is the test environment's (unionpay.md §2)


def make_tls(mch_id: str, now: float) -> dict[str, str]:
    ca_key, server_key, client_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    issuer = name("Mashou practice CA")
    ca = certificate(issuer, issuer, ca_key, ca_key, now=now)
    server = certificate(
        name("localhost"), issuer, server_key, ca_key, now=now, purpose=ExtendedKeyUsageOID.SERVER_AUTH
    )
    client = certificate(name(mch_id), issuer, client_key, ca_key, now=now, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
    return {
        "ca_key": private(ca_key),
        "server_key": private(server_key),
        "wechat_client_key": private(client_key),
        "ca": pem(ca),
        "server": pem(server),
        "wechat_client": pem(client),
    }


def make_alipay(app_id: str, now: float) -> dict[str, str]:
    app_key, alipay_key = (new_rsa() for _ in range(2))
    issuer = name("Mashou practice Alipay root")
    root = certificate(issuer, issuer, alipay_key, alipay_key, now=now)
    app = certificate(name(app_id), issuer, app_key, alipay_key, now=now, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
    own = certificate(
        name("Practice Alipay"), issuer, alipay_key, alipay_key, now=now, purpose=ExtendedKeyUsageOID.SERVER_AUTH
    )
    return {
        "alipay_app_private_key": private(app_key),
        "alipay_private_key": private(alipay_key),
        "alipay_app_public_key": public(app_key),
        "alipay_public_key": public(alipay_key),
        "alipay_app_cert": pem(app),
        "alipay_cert": pem(own),
        "alipay_root_cert": pem(root),
    }


def make_wechat_v3(mch_id: str, now: float) -> dict[str, str]:
    """The merchant's API certificate, WeChat's platform certificate, and WeChat's public key beside it."""
    merchant_key, platform_key, wechat_key = (new_rsa() for _ in range(3))
    issuer = name("Practice Tenpay root")
    merchant = certificate(
        name(mch_id), issuer, merchant_key, platform_key, now=now, purpose=ExtendedKeyUsageOID.CLIENT_AUTH
    )
    platform = certificate(
        name("Practice Tenpay"), issuer, platform_key, platform_key, now=now, purpose=ExtendedKeyUsageOID.CLIENT_AUTH
    )
    return {
        "wechat_v3_merchant_key": private_pkcs8(merchant_key),
        "wechat_v3_merchant_cert": pem(merchant),
        "wechat_v3_platform_key": private(platform_key),
        "wechat_v3_platform_cert": pem(platform),
        "wechat_v3_private_key": private(wechat_key),
        "wechat_v3_public_key": public(wechat_key),
    }


def make_unionpay(mer_id: str, now: float) -> dict[str, str]:
    """A chain of root, middle and UnionPay's signing certificate; the merchant's comes from the middle too."""
    root_key, middle_key, own_key, merchant_key = (new_rsa() for _ in range(4))
    root_name, middle_name = name("Practice CFCA CS CA"), name("Practice CFCA OCA1")
    usage = ExtendedKeyUsageOID.CLIENT_AUTH
    root = certificate(root_name, root_name, root_key, root_key, now=now, path_length=1)
    middle = certificate(middle_name, root_name, middle_key, root_key, now=now)
    own = certificate(name(UNIONPAY_SIGNER), middle_name, own_key, middle_key, now=now, purpose=usage)
    merchant = certificate(
        name(f"041@Z00@{mer_id}@00000001"), middle_name, merchant_key, middle_key, now=now, purpose=usage
    )
    return {
        "unionpay_root_cert": pem(root),
        "unionpay_middle_cert": pem(middle),
        "unionpay_cert": pem(own),
        "unionpay_key": private(own_key),
        "unionpay_merchant_cert": pem(merchant),
        "unionpay_merchant_key": private_pkcs8(merchant_key),
    }
