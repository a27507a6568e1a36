def give(v=None):
    return v


def fail(text="no"):
    raise ValueError(text)


def accept(value=None):
    return bool(value)


def settings(configuration=None):
    return configuration
