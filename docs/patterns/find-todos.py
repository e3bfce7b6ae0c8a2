#!/usr/bin/env python3
"""A worker container: finds what is left to do in a text, as find-todos.sh does, asked over HTTP.

    find-todos.py PORT

The worker POSTs each item; it needs nothing but Python's standard library.
"""
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TODO = re.compile(rb"\b(TODO|FIXME|XXX)\b")


class Worker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        content = self.rfile.read(length)
        if len(content) < length:
            # The worker has gone away: half of an item is none.
            self.close_connection = True
        elif b"\0" in content:
            self.answer(422, "application/problem+json", json.dumps({"title": "not a text: it has NUL bytes"}).encode())
        else:
            found = [b"%d:%s\n" % (number, line) for number, line in enumerate(content.split(b"\n"), 1) if TODO.search(line)]
            self.answer(200, "text/plain", b"".join(found))

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Worker).serve_forever()
