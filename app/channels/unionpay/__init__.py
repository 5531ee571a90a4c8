"""UnionPay's ACP gateway, customer-presented QR: forms, SHA-256 twice, its own certificate chain (``unionpay.md``)."""
