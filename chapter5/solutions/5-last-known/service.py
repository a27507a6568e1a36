"""Exercise 5, solved: for a short time, the last known contents are better than
none.
"""

import threading
import time
from datetime import datetime

import exchange


def main():
    service = exchange.Service()  # reads the flags and takes the port

    try:
        written = write(service.file)  # the first answer needs it
    except OSError as error:
        exchange.fail("cannot write the exchange file", error)
    exchange.log(
        f"will update the exchange file {service.file} every {service.interval}"
    )

    def keep_writing():
        nonlocal written
        while service.wait():  # for the interval; False when the service stops
            try:
                written = write(service.file)
            except OSError as error:
                exchange.log("cannot write the exchange file", error)

    writer = threading.Thread(target=keep_writing, daemon=True)
    writer.start()

    known = Known()
    service.serve(lambda: known.answer(service.file))

    writer.join()  # or it would write the file again
    service.remove(written)


def write(file):
    """Puts the local date and time into the file, and creates the file if it is
    missing. Returns the text that it wrote.
    """
    text = datetime.now().isoformat(timespec="microseconds")
    with open(file, "w") as opened:
        opened.write(text)
    return text


STALE = 4  # seconds: how old an answer may be
LATER = {"Retry-After": "10"}  # seconds
NOT_READY = exchange.Answer(503, "the exchange file is not ready\n", LATER)


class Known:
    """What the file contained when it could be read last, and when that was."""

    def __init__(self):
        self.lock = threading.Lock()  # many requests may come at once
        self.contents, self.when = b"", float("-inf")

    def answer(self, file):
        """Returns the contents that the file has now, or the last known ones
        while they are not too old. The header Age says how old they are, in
        seconds.
        """
        with self.lock:
            try:
                with open(file, "rb") as opened:
                    contents = opened.read()
            except FileNotFoundError:
                contents = b""
            except OSError as error:
                exchange.log("cannot read the exchange file", error)
                return exchange.Answer(500, "internal server error\n")

            if contents:  # otherwise, the writer will soon write it
                self.contents, self.when = contents, time.monotonic()
            age = time.monotonic() - self.when
            if age > STALE:
                return NOT_READY
            return exchange.Answer(200, self.contents, {"Age": str(int(age))})


if __name__ == "__main__":
    main()
