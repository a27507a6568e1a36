"""A control whose functions change things, raise, or ask for the end."""
import sys

handled = []


def before_activity_control(context, experiment, state, configuration, secrets, how="", **rest):
    assert state is None and "rest" not in rest and "settings" not in rest
    handled.append(how)
    if how == "change":
        print("as it changes")
        context["name"] = "changed"
        assert experiment["method"][0]["name"] == "changed"
        configuration["c"], secrets["g"]["s"] = [1], b"x"
        del experiment["tags"]
    if how == "raise":
        context["name"] = "half"
        raise ValueError("swallowed")
    if how == "exit":
        sys.exit(4)
    if how == "interrupt":
        from chaoslib.exceptions import InterruptExecution

        class Mine(InterruptExecution):
            pass
        context["name"] = "last"
        raise Mine("enough")


def after_activity_control(context, state):
    state["status"] = "failed"
    state["extra"] = {"a": {1}}


def after_method_control(context, state, extensions):
    context["extensions"].append(len(extensions))
    state.append(state[0])


def before_loading_experiment_control(context):
    raise ValueError(context)


def configure_control(event_registry, how="", settings=None):
    event_registry.register(object())
    settings["seen"] = handled
    if how:
        from chaoslib.exceptions import InterruptExecution
        raise InterruptExecution("not here")


def validate_control(control):
    raise ValueError(control["name"])


def cleanup_control():
    handled.clear()
    raise KeyError("cleanup")
