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
from time import sleep

try:
    from time import CLOCK_BOOTTIME, clock_gettime
except ImportError:  # only Linux has it
    CLOCK_BOOTTIME = None

HOME = os.getpid()
SIGNALS = {}  # the signals that chaoslib.exit sends to its own process, and the exit codes that they stand for


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
        self.flush()
        os.write(self.marks, b"\0%d\n" % number)

    def flush(self):
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass  # a function closed it, or put something else in its place


class Jobs:
    """What is being done. The main thread reads requests and carries them out,
    because some functions work nowhere else, and because to hand them to another
    thread takes longer than most of them. Once it has been busy for a while, the
    watcher reads in its place. What is asked for meanwhile gets a thread each."""

    def __init__(self):
        self.reading = threading.Lock()  # held by the thread that reads
        self.given, self.handed = [], threading.Semaphore(0)  # what the watcher has read for the main thread
        self.busy = 0  # the request that the main thread has; 0: none
        self.asleep, self.wake = False, threading.Semaphore(0)  # the watcher, when nothing happens
        self.main = None  # the main thread's job, while it can be interrupted
        self.wanted = None  # the job that an interrupt is meant for
        self.cancelled = set()
        self.begun = {}  # when the jobs under way began
        self.threads, self.guard = {}, threading.Lock()
        self.local = threading.local()  # number: the request that this thread carries out
        self.folder, self.environment = folder(), environment().copy()
        self.leaves = False  # the threads of functions are not waited for

    def in_main(self):
        while True:
            request = self.next()
            if request is None:
                return
            self.work(request, self.enter_main, self.leave_main)

    def next(self):
        if self.reading.acquire(blocking=False):
            try:
                if not self.given:
                    return self.receive()
            finally:
                self.reading.release()
        self.handed.acquire()
        return self.given.pop(0)

    def receive(self):
        """The next request for the main thread; None at the end of all requests."""
        for text in iter(line.requests.readline, b""):
            text = text.decode()
            request = json.loads(text, object_hook=unmark) if "\\u0000" in text else json.loads(text)
            if "cancel" in request:
                self.cancel(request["cancel"])
            elif "leave" in request:
                self.leaves = True
            elif request.get("background") or self.busy:
                job = (request, self.enter_thread, self.leave_thread)
                threading.Thread(target=self.work, args=job, daemon=False).start()
            else:
                self.busy = request["id"]
                if self.asleep:
                    self.asleep = False
                    self.wake.release()
                return request
        return None

    def watch(self):
        quiet = 0
        while True:
            busy = self.busy
            sleep(0.01)
            if busy and busy == self.busy:
                with self.reading:
                    request = self.receive()
                    self.given.append(request)
                    self.handed.release()
                if request is None:
                    return
            quiet = 0 if busy or self.busy else quiet + 1
            if quiet > 50:
                self.asleep, quiet = True, 0
                if not self.busy:
                    self.wake.acquire()

    def enter_main(self, number):
        self.main = number
        if number in self.cancelled:
            self.main = None
            raise KeyboardInterrupt

    def leave_main(self, _):
        self.main = None

    def enter_thread(self, number):
        with self.guard:
            if number in self.cancelled:
                raise KeyboardInterrupt
            self.threads[number] = threading.get_ident()

    def leave_thread(self, number):
        with self.guard:
            self.threads.pop(number, None)

    def work(self, request, enter, leave):
        number = self.local.number = request["id"]
        self.begun[number] = uptime()
        try:
            try:
                enter(number)
                answer = attempt(request)
            finally:
                leave(number)
                self.begun.pop(number, None)
                breathe()
        except BaseException as x:  # an interrupt outside the function
            answer = {"stop": stopped(x)}
        if os.getpid() != HOME:
            os._exit(0)  # a copy that fell through
        self.note_changes(answer)
        line.printed(number)
        text = '{"id": %d, "value": %s' % (number, answer.pop("value", "null"))
        if number == self.busy:
            self.busy = 0
        line.write(text + ", " + json.dumps(answer)[1:] if answer else text + "}")

    def note_changes(self, answer):
        """The folder and the environment are the whole run's, as in the toolkit."""
        now = folder()
        if now and now != self.folder:
            answer["folder"] = self.folder = now
        now = environment()
        if now != self.environment:
            before, self.environment = self.environment, now.copy()
            changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
            answer["environment"] = {plain_name(name): plain_name(now.get(name)) for name in changed}

    def cancel(self, number):
        self.cancelled.add(number)
        interrupt_children(self.begun.get(number))
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
            raise KeyboardInterrupt if number == signal.SIGINT else SignalExit(number)
        if number != signal.SIGINT:
            report = {"signal": signal.Signals(number).name}
            threading.Thread(target=line.send, args=(report,)).start()  # it may be line.send that this interrupts


class SignalExit(SystemExit):
    """What the toolkit raises where chaoslib.exit has sent a signal."""

    def __init__(self, number):
        super().__init__(SIGNALS[number])
        self.signal = signal.Signals(number)


def uptime():
    return clock_gettime(CLOCK_BOOTTIME) if CLOCK_BOOTTIME else 0


def interrupt_children(since):
    """What a function has started gets its interrupt, too, as from the terminal. What ran before goes on."""
    for task in os.listdir("/proc/self/task") if since and os.path.isdir("/proc/self/task") else []:
        try:
            with open("/proc/self/task/" + task + "/children") as f:
                children = f.read().split()
            for child in children:
                with open("/proc/" + child + "/stat") as f:
                    of = f.read().rpartition(")")[2].split()
                ticks = os.sysconf("SC_CLK_TCK")
                if int(of[2]) == os.getpgrp() and int(of[19]) >= int(since * ticks):
                    os.kill(int(child), signal.SIGINT)
        except (OSError, ValueError):
            pass  # it has ended meanwhile


def folder():
    try:
        return os.getcwd()
    except OSError:
        return None  # it has been removed


def environment():
    return os.environ._data  # not decoded, which would take longer than a short function


def plain_name(name):
    return os.fsdecode(name) if isinstance(name, bytes) else name


def interrupt_thread(ident):
    ctypes = importlib.import_module("ctypes")
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(KeyboardInterrupt))


def breathe():
    """Where an interrupt arrives that was on its way."""


def begin():
    signal.signal(signal.SIGINT, jobs.signalled)
    for name, code in (("SIGUSR1", 20), ("SIGUSR2", 30)):
        if hasattr(signal, name):
            SIGNALS[getattr(signal, name)] = code
            signal.signal(getattr(signal, name), jobs.signalled)
    if "logging" in sys.modules:
        Records().attach(sys.modules["logging"])
    else:
        sys.meta_path.insert(0, Records())
    sys.modules["logzero"] = logzero()
    line.send({"ready": list(sys.version_info[:3])})
    threading.Thread(target=jobs.watch, daemon=True).start()
    jobs.in_main()
    if jobs.leaves:
        importlib.import_module("atexit")._run_exitfuncs()
        line.flush()
        os._exit(0)
