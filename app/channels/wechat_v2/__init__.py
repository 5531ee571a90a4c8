"""WeChat Pay, API V2: XML, HMAC-SHA256 or MD5, a client certificate on reverse (``wechat.md`` §2)."""
