"""The exceptions that an extension may raise, by the names they have there."""


class ChaosException(Exception):
    pass


class ActivityFailed(ChaosException):
    pass


class InterruptExecution(ChaosException):
    pass
