"""Stands between a client and PostgreSQL and counts how often the client waited for an answer."""

import socket
import threading


class CountingProxy:
    """Listens on a free port while the `with` block lasts."""

    def __init__(self, target: int) -> None:
        self.target, self.round_trips = target, 0
        self.lock = threading.Lock()

    def __enter__(self) -> "CountingProxy":
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            Conversation(self, client, socket.create_connection(("127.0.0.1", self.target)))


class Conversation:
    """A round trip is what the client sends after the server has spoken, however many packets that takes."""

    def __init__(self, proxy: CountingProxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.server_spoke_last = proxy, True
        for source, sink, is_client in ((client, server, True), (server, client, False)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.copy, args=(source, sink, is_client), daemon=True).start()

    def copy(self, source: socket.socket, sink: socket.socket, is_client: bool) -> None:
        try:
            while data := source.recv(1 << 16):
                with self.proxy.lock:
                    if is_client and self.server_spoke_last:
                        self.proxy.round_trips += 1
                    self.server_spoke_last = not is_client
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
