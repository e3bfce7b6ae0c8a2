#!/usr/bin/env python3
"""A source container: each line of a text file that is not empty is an item.

    lines-source.py FILE PORT

The owner asks it over HTTP; it needs nothing but Python's standard library.
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

ITEMS = "/api/v1/items"

with open(sys.argv[1], encoding="utf-8") as file:
    # The name says where the line is, so that it stays an item's name while lines are added at the end.
    LINES = {f"line-{number:06}": line.rstrip("\n") for number, line in enumerate(file, 1) if line.strip()}


class Source(BaseHTTPRequestHandler):
    def do_GET(self):
        name = unquote(self.path.removeprefix(ITEMS + "/"))
        if self.path == ITEMS:
            self.answer(200, {"kind": "ItemList", "apiVersion": "v1", "items": list(LINES)})
        elif name in LINES:
            self.answer(200, {"kind": "Item", "apiVersion": "v1", "data": LINES[name]})
        else:
            self.answer(404, {"title": "there is no such item"})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Source).serve_forever()
