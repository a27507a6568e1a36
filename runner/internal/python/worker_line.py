# The part of the worker that speaks with the runner: lines of JSON, requests in
# on standard input, answers out on standard output. What functions print goes to
# standard error. Nothing here may keep an old Python from reading as far as the
# next lines.
import sys

if sys.version_info < (3, 7):
    sys.exit("Python 3.7 or later is needed, and this is " + sys.version.split()[0])
if sys.path and sys.path[0] == "":
    del sys.path[0]  # -c put the working folder there, where the toolkit has none

import importlib
import json
import os
import signal
import threading
import types

HOME = os.getpid()


class Line:
    """The runner's pipes, moved away from where functions read and print."""

    def __init__(self):
        self.requests, self.answers, self.marks = os.fdopen(os.dup(0), "rb"), os.dup(1), os.dup(2)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        self.writing = threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forget)

    def forget(self):
        """A copy of this process that a function makes must not speak for it."""
        for number in (self.requests.fileno(), self.answers, self.marks):
            os.close(number)

    def send(self, message):
        self.write(json.dumps(message))

    def write(self, text):
        rest = memoryview(text.encode() + b"\n")
        with self.writing:
            while rest:
                rest = rest[os.write(self.answers, rest):]

    def printed(self, number):
        """All that was printed so far comes before this mark."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass  # a function closed it, or put something else in its place
        os.write(self.marks, b"\0%d\n" % number)


class Jobs:
    """What is being done. The main thread takes a job when it is free, because
    some functions work nowhere else; the others get a thread each."""

    def __init__(self):
        self.free = threading.Lock()  # held while the main thread has a job
        self.given, self.handed = [], threading.Semaphore(0)
        self.main = None  # the main thread's job, while it can be interrupted
        self.wanted = None  # the job that an interrupt is meant for
        self.cancelled = set()
        self.threads, self.guard = {}, threading.Lock()
        self.folder = folder()

    def listen(self):
        try:
            for text in line.requests:
                self.accept(json.loads(text.decode(), object_hook=unmark if b"\\u0000" in text else None))
        finally:
            self.hand(None)

    def accept(self, request):
        if "cancel" in request:
            self.cancel(request["cancel"])
        elif request.get("background") or not self.free.acquire(blocking=False):
            job = (request, self.enter_thread, self.leave_thread)
            threading.Thread(target=self.work, args=job, daemon=False).start()
        else:
            self.hand(request)

    def hand(self, request):
        self.given.append(request)
        self.handed.release()

    def in_main(self):
        while True:
            self.handed.acquire()
            request = self.given.pop(0)
            if request is None:
                return
            self.work(request, self.enter_main, self.leave_main)

    def enter_main(self, number):
        self.main = number
        if number in self.cancelled:
            self.main = None
            raise KeyboardInterrupt

    def leave_main(self, _):
        self.main = None
        self.free.release()

    def enter_thread(self, number):
        with self.guard:
            if number in self.cancelled:
                raise KeyboardInterrupt
            self.threads[number] = threading.get_ident()

    def leave_thread(self, number):
        with self.guard:
            self.threads.pop(number, None)

    def work(self, request, enter, leave):
        number = request["id"]
        try:
            try:
                enter(number)
                answer = attempt(request)
            finally:
                leave(number)
                breathe()
        except BaseException as x:  # an interrupt outside the function
            answer = {"stop": stopped(x)}
        if os.getpid() != HOME:
            os._exit(0)  # a copy that fell through
        self.note_folder(answer)
        line.printed(number)
        value, answer["id"] = answer.pop("value", "null"), number
        line.write(json.dumps(answer)[:-1] + ', "value": ' + value + "}")

    def note_folder(self, answer):
        now = folder()
        if now and now != self.folder:
            answer["folder"] = self.folder = now

    def cancel(self, number):
        self.cancelled.add(number)
        if number == self.main:
            self.wanted = number
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            else:
                importlib.import_module("_thread").interrupt_main()
            return
        with self.guard:
            if number in self.threads:
                interrupt_thread(self.threads[number])

    def signalled(self, number, _):
        """Interrupts a job once only: what puts that into words stays whole."""
        wanted, self.wanted = self.wanted, None
        if wanted is not None and wanted != self.main:
            return
        job, self.main = self.main, None
        if job is not None:
            raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(EXITS[number])
        if number != signal.SIGINT:
            report = {"signal": signal.Signals(number).name}
            threading.Thread(target=line.send, args=(report,)).start()  # it may be line.send that this interrupts


def folder():
    try:
        return os.getcwd()
    except OSError:
        return None  # it has been removed


def interrupt_thread(ident):
    ctypes = importlib.import_module("ctypes")
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(KeyboardInterrupt))


def breathe():
    """Where an interrupt arrives that was on its way."""


EXITS = {}  # the signals that chaoslib.exit sends to its own process, and the exit codes that they stand for


def begin():
    signal.signal(signal.SIGINT, jobs.signalled)
    for name, code in (("SIGUSR1", 20), ("SIGUSR2", 30)):
        if hasattr(signal, name):
            EXITS[getattr(signal, name)] = code
            signal.signal(getattr(signal, name), jobs.signalled)
    sys.modules["logzero"] = logzero()
    line.send({"ready": list(sys.version_info[:3])})
    threading.Thread(target=jobs.listen, daemon=True).start()
    jobs.in_main()
