"""UnionPay's ACP gateway from the counterparty's side (unionpay.md): the payer's code, files by settlement day."""
