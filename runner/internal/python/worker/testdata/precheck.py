import sys


def configure_control(experiment=None):
    sys.exit(3)  # a check beforehand that did not pass
