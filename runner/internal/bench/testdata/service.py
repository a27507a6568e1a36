"""The chapter's service in the shape of the Python original: one handler of the
standard library's server, which reads the exchange file for each request."""

import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("exchange.dat", "rb") as file:
            contents = file.read()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(contents)


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
