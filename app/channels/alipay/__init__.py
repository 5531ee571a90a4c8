"""Alipay's open gateway: form and JSON, RSA2, public-key or certificate mode (``alipay.md``)."""
