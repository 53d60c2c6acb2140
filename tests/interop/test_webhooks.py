# Chart 864
"""Messages to webhooks verified by PyPI standardwebhooks."""

import json
import os
import queue
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


def command(*words):
    """`credenza WORDS --json`."""
    done = subprocess.run([os.environ["INTEROP_BIN"], *words, "--json"], check=True, capture_output=True)
    return json.loads(done.stdout)


@pytest.fixture
def received():
    """A receiver on the loopback: its address, and the messages as they come."""
    messages = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            messages.put((body, dict(self.headers.items())))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", messages
    server.shutdown()


def test_message(received):
    """Verified by its secret; refused when a byte of it is another, or the secret is."""
    url, messages = received
    made = command("webhook", "create", "--webhook-id", "python", "--url", url, "--event", "user.*")
    user = command("user", "create", "--username", "webhook-python")
    body, headers = messages.get(timeout=20)
    event = Webhook(made["secret"]).verify(body, headers)
    assert (event["type"], event["subject"]) == ("user.created", user["user_id"])
    assert event["id"] == {name.lower(): value for name, value in headers.items()}["webhook-id"]
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").verify(body, headers)
    command("webhook", "delete", "python")
