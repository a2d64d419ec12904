"""Owns an S3 server that answers what a test tells it to, over real sockets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from storage.s3 import S3Objects, S3Settings

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Every request gets the answer that the test set."""

    protocol_version = "HTTP/1.1"
    answer: Answer
    requests: list[str]
    dated = True

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.requests.append(f"{self.command} {self.path}")
        type(self).answer(self)

    do_PUT = do_POST = do_HEAD = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Not on the terminal."""

    def fail(self, status: int, code: str) -> None:
        self.say(status, f"<Error><Code>{code}</Code></Error>".encode())

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        (self.send_response if self.dated else self.send_response_only)(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class Fault:
    """A server whose answer can be set, and a store that speaks to it."""

    def __init__(self, handler: type[Handler], port: int) -> None:
        self._handler = handler
        self.url = f"http://127.0.0.1:{port}"
        settings = S3Settings(self.url, "us-east-1", "b", "a", "s", read_seconds=0.3, attempts=2)
        self.objects = S3Objects(settings)

    @property
    def requests(self) -> list[str]:
        return self._handler.requests

    def says_no_date(self) -> None:
        """By itself: an answer may name one."""
        self._handler.dated = False

    def answers(self, answer: Answer) -> None:
        self._handler.answer = answer


@contextmanager
def fault_server() -> Iterator[Fault]:
    handler = type("TheHandler", (Handler,), {"requests": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Fault(handler, server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
