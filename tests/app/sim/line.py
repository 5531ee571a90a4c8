"""One TLS line to a simulator, kept between requests."""

import http.client
import socket
import ssl

PATIENCE_S = 20.0


class Line:
    """``client`` is what client.json says: the authority, and WeChat's certificate."""

    def __init__(self, client, port):
        self.client, self.port = client, port
        self._kept = None

    def tls(self, certificate=True):
        context = ssl.create_default_context(cadata=self.client["ca_pem"])
        if certificate:
            wechat = self.client["wechat"]
            context.load_cert_chain(wechat["client_cert_file"], wechat["client_key_file"])
        return context

    def connect(self, certificate=True, timeout=PATIENCE_S):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls(certificate), timeout=timeout)

    def send(self, method, target, body=b"", *, headers=None, certificate=True):
        """Status, headers, body; on the kept connection unless without certificate."""
        if not certificate:
            self.close()
        if self._kept is None:
            self._kept = self.connect(certificate)
        try:
            self._kept.request(method, target, body, headers or {})
            answer = self._kept.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        finally:
            if not certificate:
                self.close()

    def lose_patience(self, seconds):
        """From now on, no longer than this for the kept connection's next byte."""
        self._kept.sock.settimeout(seconds)

    def close(self):
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def raw(self):
        """A TLS socket without HTTP, to see the bytes."""
        return self.tls().wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), PATIENCE_S),
            server_hostname="127.0.0.1",
            suppress_ragged_eofs=False,
        )
