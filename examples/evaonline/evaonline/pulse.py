"""A server for health checks of programs that serve nothing else: it says whether the program still works."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 8001
LIMIT = 60  # seconds


class Pulse:
    """Knows when the program worked last."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def beat(self) -> None:
        """The program works."""
        self.last = time.monotonic()

    def is_alive(self) -> bool:
        """Whether the program has worked lately."""
        return time.monotonic() - self.last < LIMIT

    def serve(self, port: int = PORT) -> ThreadingHTTPServer:
        """Answers requests for /health in a thread."""
        pulse = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.path == "/health"
                self.send_response(404 if not known else 200 if pulse.is_alive() else 503)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Health checks are not logged."""

        server = ThreadingHTTPServer(("0.0.0.0", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


pulse = Pulse()
