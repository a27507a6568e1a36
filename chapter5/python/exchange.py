"""What the two services share, and what a learner need not read: flags, listening,
one log line for each request, and stopping. The exchange file itself is written and
read in each service.
"""

import collections
import errno
import http.server
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback

import flags

if sys.version_info < (3, 9):
    sys.exit(f"Python 3.9 or newer is needed, and this is {sys.version.split()[0]}")

# What the user typed, if that was make.
TYPED = os.environ.get("EXCHANGE_STARTED_BY")

# What a service answers: a status, a body of text or bytes, and more headers.
Answer = collections.namedtuple("Answer", "status body headers", defaults=[{}])


def log(text, error=None):
    """Prints a line with the time, and why it went wrong. With sys.stderr, a log that
    nobody reads could stop the end of the program.
    """
    if error:
        where = f"open {error.filename}: " if error.filename else ""
        text = f"{text}: {where}{str(error.strerror or error).lower()}"
    try:
        os.write(2, f"{time.strftime('%H:%M:%S')} {text}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        pass  # nobody reads it


def fail(text, error=None):
    log(text, error)
    sys.exit(1)


class Service:
    """A service that has its port, and does not answer yet. The path of its exchange
    file is in file, and the time between two updates of it in interval, as a text.

    It ends the program with exit code 0 after --help, with 1 when the port cannot be
    taken (0 under make) or the file can be none, and with 2 when the command line is wrong.
    """

    def __init__(self):
        self.source = os.path.abspath(sys.argv[0])  # the file that the learner opens
        given = flags.read(os.path.basename(self.source), sys.argv[1:])
        self.file, self.interval, self.host = given["file"], given["interval"], given["host"]
        self.listeners = listen(self.host, int(given["port"]))
        if os.path.exists(self.file) and not os.path.isfile(self.file) and not os.path.isdir(self.file):
            fail(f"cannot write the exchange file: {self.file} is no ordinary file")  # writing may never end
        self.started = time.time()
        self.stopping = threading.Event()
        self.busy = set()  # the connections with a request in progress
        self.signals = signals()

    def wait(self):
        """Waits for the next update of the file. It is False when the service stops."""
        return not self.stopping.wait(min(flags.seconds(self.interval), threading.TIMEOUT_MAX))

    def serve(self, answer):
        """Answers requests until Ctrl-C, SIGTERM or SIGHUP, also those in progress then."""
        self.answer = answer
        port = self.listeners[0].getsockname()[1]
        host = f"[{self.host}]" if ":" in self.host else self.host
        log(f"listening on port {port}: http://{host}:{port}/")
        ready = []
        while self.signals not in ready:
            for listener in ready:
                try:
                    arguments = listener.accept()
                except OSError:
                    continue  # the client has gone
                threading.Thread(target=self.talk, args=arguments, daemon=True).start()
            ready, _, _ = select.select([self.signals, *self.listeners], [], [])
        for listener in self.listeners:
            listener.close()
        end = threading.Timer(0.6, os._exit, [0])  # even if something hangs
        end.daemon = True
        end.start()
        self.stopping.set()
        late = time.monotonic() + 0.4
        while self.busy and time.monotonic() < late:
            time.sleep(0.005)

    def talk(self, connection, address):
        """Answers the requests that come over a connection."""
        try:
            Handler(connection, address, self)
        except ConnectionError:
            pass  # the client has gone
        except Exception as error:
            frames = error.__traceback__  # from the learner's file on
            while frames and frames.tb_frame.f_code.co_filename != self.source:
                frames = frames.tb_next
            lines = "".join(traceback.format_exception(type(error), error, frames)).rstrip()
            project = os.path.abspath(__file__ + "/../../..") + os.sep
            log("the service cannot answer, because of this error:\n" + lines.replace(project, ""))
        finally:
            self.busy.discard(connection)
            connection.close()

    def warning(self):
        """Is what clients must know of a service that is older than its source."""
        if not os.path.exists(self.source) or os.path.getmtime(self.source) <= self.started:
            return {}
        name = "/".join(self.source.split(os.sep)[-2:])
        what = f"you changed {name} after this service was started: stop it and start it again"
        return {"Warning": f'199 exchange "{what}"'}

    def remove(self, written):
        """Removes the exchange file when the service has stopped. A file that does not
        contain what the service wrote last is another program's, and stays.
        """
        try:
            with open(self.file, "rb") as opened:
                own = opened.read() == written.encode()
        except OSError:
            own = False
        if not own:
            return log("stopped")  # the file was moved away, or replaced
        try:
            os.remove(self.file)
        except OSError as error:
            return log("stopped, but cannot remove the exchange file", error)
        log(f"stopped, and removed the exchange file {self.file}")


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers the requests of one connection. Its server is the Service."""

    protocol_version = "HTTP/1.1"
    timeout = 5  # seconds without a request, or for its head
    wbufsize = -1  # an answer leaves as a whole
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s"

    def __getattr__(self, name):
        if name.startswith("do_"):  # every method of HTTP gets the same answer
            return self.respond
        raise AttributeError(name)

    def respond(self):
        start = time.perf_counter()
        self.server.busy.add(self.connection)
        self.connection.settimeout(None)
        answer = self.server.answer()
        took = (time.perf_counter() - start) * 1000
        log(f"{self.command} {printable(self.requestline.split()[1])} {answer.status} ({took:.2f} ms)")
        self.read_body()
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": len(body)}
        if answer.status >= 400:
            headers["X-Content-Type-Options"] = "nosniff"  # as Go's http.Error does
        if self.close_connection:
            headers["Connection"] = "close"
        self.send_response(answer.status)
        for name, text in {**headers, **self.server.warning(), **answer.headers}.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()
        self.connection.settimeout(self.timeout)
        self.server.busy.discard(self.connection)

    def read_body(self):
        """Reads the body of the request, which nobody needs: the next request follows it."""
        try:
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                size = 1
                while size > 0:
                    size = int(self.rfile.readline().split(b";")[0], 16)
                    self.skip(size)
                    while self.rfile.readline().strip():
                        pass  # the end of the line, or what follows the last piece
            else:
                self.skip(int(self.headers.get("Content-Length", 0)))
        except ValueError:
            self.close_connection = True  # where it ends is not known

    def skip(self, size):
        piece = b"none yet"
        while size > 0 and piece:
            piece = self.rfile.read(min(size, 1 << 16))
            size -= len(piece)

    def handle_expect_100(self):
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def version_string(self):
        return f"exchange (process {os.getpid()})"

    def log_message(self, *_):
        pass  # respond logs each request


def printable(path):
    """Is the path of a request without what controls a terminal."""
    try:
        path = path.encode("latin-1").decode()
    except UnicodeDecodeError:
        pass
    return "".join(c if c.isprintable() and c != "\\" else ascii(c)[1:-1] for c in path).replace('"', '\\"')


def listen(host, port):
    """Opens the port. Clients can connect from then on; they wait until they are served.
    The name localhost has two addresses, and clients may use either.
    """
    listeners, chosen = [], port  # with port 0, the second address gets the port of the first
    for address in ["127.0.0.1", "::1"] if host == "localhost" else [host]:
        try:
            family = socket.getaddrinfo(address, chosen, type=socket.SOCK_STREAM)[0][0]
            listener = socket.create_server((address, chosen), family=family, backlog=1024)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and chosen != port:  # nobody asked for just this port
                listeners[0].close()
                return listen(host, port)
            if error.errno == errno.EADDRINUSE:
                log(f"port {port} is in use by another program; choose another{other_port(port)}")
                sys.exit(0 if TYPED else 1)  # or make adds an error that says less
            if not listeners:
                why = error.strerror.lower()
                fail(f"cannot listen on port {port} of {host}: {why}; choose others with --port and --host")
            continue  # this computer has no IPv6, and one address is enough
        listener.settimeout(1)  # a client may have gone before it is accepted
        listeners.append(listener)
        chosen = listener.getsockname()[1]
    return listeners


def other_port(taken):
    """Says how to choose another port, in the words of who started the service."""
    other = 9091 if taken == 9090 else 9090
    if TYPED:
        return f": {TYPED} PORT={other}, then make experiment IN=python PORT={other}"
    return f" with --port {other}"


def signals():
    """Returns a socket that can be read once the service is told to stop."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.detach())
    for name in ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"]:
        if hasattr(signal, name):  # Windows has others than Unix
            signal.signal(getattr(signal, name), lambda *_: None)
    return reading
