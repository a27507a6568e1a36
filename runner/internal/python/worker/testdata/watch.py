"""A control that notes in the file $WATCH what each of its functions is given."""
import json
import os


def note(name, **seen):
    with open(os.environ["WATCH"], "a") as f:
        f.write(json.dumps([name, seen]) + "\n")


def noting(name):
    def function(context, state, experiment, extensions, configuration, secrets, settings, word):
        note(name, context=context, state=state, experiment=experiment, extensions=extensions,
             configuration=configuration, secrets=secrets, settings=settings, word=word)
    return function


for level in ("loading_experiment", "experiment", "hypothesis", "method", "rollback", "activity"):
    for when in ("before", "after"):
        globals()["%s_%s_control" % (when, level)] = noting("%s_%s_control" % (when, level))


def configure_control(experiment, configuration, secrets, settings, event_registry, word):
    note("configure_control", experiment=experiment, configuration=configuration, secrets=secrets, settings=settings,
         word=word, registry=hasattr(event_registry, "register"))


def validate_control(control):
    note("validate_control", control=control)


def cleanup_control():
    note("cleanup_control")
