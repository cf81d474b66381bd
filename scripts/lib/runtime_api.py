"""The least Lambda Runtime API that can give events to a bootstrap: written apart from the project's own, as a check."""

import http.server
import queue
import threading
import time
import uuid

PREFIX = "/2018-06-01/runtime/"


class RuntimeAPI:
    """Serves on loopback until `close`."""

    def __init__(self) -> None:
        self.events: queue.Queue = queue.Queue()
        self.answers: queue.Queue = queue.Queue()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def invoke(self, event: bytes, timeout: float = 30) -> tuple[str, bytes]:
        """Gives one event; returns what came of it: ("response" | "error" | "init/error", body)."""
        self.events.put(event)
        return self.answers.get(timeout=timeout)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def handler(api: RuntimeAPI):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path != PREFIX + "invocation/next":
                self.reply(404, b"{}")
                return
            event = api.events.get()
            self.reply(200, event, {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
                "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 20_000),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:123456789012:function:check",
                "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
            })

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind = "init/error" if self.path == PREFIX + "init/error" else self.path.rpartition("/")[2]
            self.reply(202, b'{"status":"OK"}\n', {"Content-Type": "application/json"})
            api.answers.put((kind, body))

        def reply(self, status: int, body: bytes, headers: dict[str, str] = {}) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
