"""HTTP/1.1 on asyncio, as little as the soak needs: it runs beside what it measures, on the same cores."""

import asyncio
import json
from dataclasses import dataclass


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


class Lost(Exception):
    """The connection ended before the answer."""


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.waiting: asyncio.Future | None = None
        self.data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.data += data
        end = self.data.find(b"\r\n\r\n")
        if end < 0 or self.waiting is None:
            return
        lines = self.data[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", "0"))
        if len(self.data) < end + 4 + length:
            return
        response = Response(int(lines[0].split(" ")[1]), headers, bytes(self.data[end + 4:end + 4 + length]))
        del self.data[:end + 4 + length]
        waiting, self.waiting = self.waiting, None
        if headers.get("connection", "").lower() == "close":
            self.close()
        if not waiting.done():
            waiting.set_result(response)

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(Lost(str(error or "closed")))

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def close(self) -> None:
        if self.transport:
            self.transport.abort()
            self.transport = None

    async def exchange(self, data: bytes, timeout: float) -> Response:
        if not self.transport:
            raise Lost("closed")
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        try:
            return await asyncio.wait_for(self.waiting, timeout)
        except (TimeoutError, Lost):
            self.close()
            raise Lost("no answer") from None


class Client:
    """A few connections to one port, kept alive; who finds none free waits, which its latency then tells."""

    def __init__(self, port: int, connections: int, timeout: float = 35) -> None:
        self.port, self.timeout = port, timeout
        self.free: list[Connection] = []
        self.room = asyncio.Semaphore(connections)

    async def connect(self, source: str | None = None) -> Connection:
        address = (source, 0) if source else None
        _, protocol = await asyncio.get_running_loop().create_connection(
            Connection, "127.0.0.1", self.port, local_addr=address)
        return protocol

    async def send(self, method: str, path: str, body: object = None, *, source: str | None = None,
                   **fields: str) -> Response:
        """- source: the loopback address that it comes from, in place of a network of somebody's own"""
        data = self.request(method, path, body, fields)
        async with self.room:
            try:
                if source:
                    connection = await self.connect(source)
                    try:
                        return await connection.exchange(data, self.timeout)
                    finally:
                        connection.close()
                while self.free and not self.free[-1].is_open:
                    self.free.pop()
                connection = self.free.pop() if self.free else await self.connect()
                response = await connection.exchange(data, self.timeout)
            except OSError as error:
                raise Lost(str(error)) from None
            if connection.is_open:
                self.free.append(connection)
            return response

    def request(self, method: str, path: str, body: object, fields: dict[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "User-Agent: soak", "X-NW-Client: native"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        content = b""
        if body is not None:
            content = json.dumps(body).encode()
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
