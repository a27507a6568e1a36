"""Controls that register handlers of the run's events, and move activities."""
heard = []


class Handler:
    def start_activity(self, activity):
        heard.append(["start_activity", activity["name"]])
        activity["name"] = "changed"

    def running(self, experiment, journal, configuration, secrets, schedule, settings):
        heard.append(["running", schedule.continuous_hypothesis_frequency, settings])

    def continuous_hypothesis_completed(self, experiment, journal, exception=None):
        heard.append(["completed", experiment, journal, repr(exception)])

    def finish(self, journal):
        raise ValueError("not today")

    def signal_exit(self):
        raise SystemExit(3)


def configure_control(event_registry, control=None):
    assert control is None
    event_registry.register(Handler())
    event_registry.register(Handler())


def told():
    return list(heard)


def after_activity_control(context, experiment, state, how):
    method = experiment["method"]
    if how == "reverse":
        method.reverse()
    if how == "insert":
        method.insert(0, {"name": "new"})
    if how == "remove":
        method.remove(context)
    if how == "repeat":
        method.append(context)
    if how == "probes":
        experiment["steady-state-hypothesis"]["probes"].reverse()
        experiment["rollbacks"].clear()
    if how == "state":
        state["run"].reverse()
        del state["run"][0]
        state["run"].append({"name": "extra"})
    context["touched"] = True
