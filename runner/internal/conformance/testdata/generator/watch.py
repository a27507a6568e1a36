def note(*words):
    with open("calls.txt", "a") as f:
        f.write(" ".join(str(w) for w in words) + "\n")


def before_experiment_control(context, configuration, **rest):
    note("before experiment", context["title"], sorted(configuration))


def after_experiment_control(context, state, **rest):
    note("after experiment", state["status"], state["deviated"])


def before_hypothesis_control(context, **rest):
    note("before hypothesis", context["title"])


def after_hypothesis_control(context, state, **rest):
    note("after hypothesis", state["steady_state_met"])


def before_method_control(context, **rest):
    note("before method")


def after_method_control(context, state, **rest):
    note("after method", len(state))


def after_rollback_control(context, state, **rest):
    note("after rollback", [run["status"] for run in state])


def before_activity_control(context, tag=None, **rest):
    note("before activity", context["name"], tag)


def after_activity_control(context, state, **rest):
    note("after activity", context["name"], state.get("status"), state.get("output"))
