"""Exercise 6. This service waits for as long as the read of its exchange file
takes. What do its clients notice when this read does not end?
"""

import threading
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

    service.serve(lambda: answer(service.file))

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


LATER = {"Retry-After": "10"}  # seconds
NOT_READY = exchange.Answer(503, "the exchange file is not ready\n", LATER)


def answer(file):
    """Returns the answer to a request: the contents that the file has now."""
    try:
        with open(file, "rb") as opened:
            contents = opened.read()
    except FileNotFoundError:
        return NOT_READY  # no defect: the file will soon be written again
    except OSError as error:
        exchange.log("cannot read the exchange file", error)
        return exchange.Answer(500, "internal server error\n")

    if not contents:  # the writer will soon write it
        return NOT_READY
    return exchange.Answer(200, contents)


if __name__ == "__main__":
    main()
