"""The two exceptions of the Chaos Toolkit's library that functions raise."""


class ActivityFailed(Exception):
    pass


class InterruptExecution(Exception):
    pass
