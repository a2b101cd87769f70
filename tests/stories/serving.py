"""Serves Kontora for the browser tests; ends by itself when the test process is gone, however that ended.

The settings come from the environment. The port is chosen by the system and printed on the first line.
"""

import logging
import sys
from threading import Thread

from werkzeug.serving import make_server

from app.factory import create_app

HOST = "127.0.0.1"


def serve() -> None:
    """Serve until standard input is closed."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(HOST, 0, create_app(), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    serve()
