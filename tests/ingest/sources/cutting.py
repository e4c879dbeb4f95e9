"""A server's connections, broken off in the middle of an answer."""

import socket
import threading
from contextlib import closing
from urllib.parse import urlsplit


class Cutting:
    """Passes requests on to a server and breaks off each answer after so many bytes."""

    def __init__(self, endpoint, after):
        self.server, self.after, self.cut = urlsplit(endpoint), after, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client):
        upstream = socket.create_connection((self.server.hostname, self.server.port))
        threading.Thread(target=self._up, args=(client, upstream), daemon=True).start()
        with closing(client), closing(upstream):
            left = self.after
            while left and (data := upstream.recv(min(left, 65536))):
                left -= len(data)
                client.sendall(data)
            self.cut += not left
            # Closing alone says nothing to the other side while a thread still waits here.
            client.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _up(client, upstream):
        try:
            while data := client.recv(65536):
                upstream.sendall(data)
        except OSError:
            pass
