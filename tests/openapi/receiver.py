"""Takes what is sent to webhooks: receiver.py FILE. It prints its port; FILE has the number of messages."""

import http.server
import itertools
import pathlib
import sys

FILE = pathlib.Path(sys.argv[1])
COUNT = itertools.count(1)


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        number = next(COUNT)
        FILE.write_text(str(number))
        # Some have to be sent again.
        self.send_response(503 if number % 7 == 0 else 204)
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
