"""Changes what its arguments say, each change once, at the call with its number.

A change has at (the name of a hook without _control), nth (which call of that
hook, from 0), what (an argument of the hook), where (a path within it), do and v.
"""

from copy import deepcopy

calls = {}


def change(change, things):
    place = things[change["what"]]
    *path, last = change["where"]
    for key in path:
        place = place[key]
    v, do = deepcopy(change.get("v")), change["do"]
    if do == "set":
        place[last] = v
    elif do == "delete":
        del place[last]
    elif do == "insert":
        place.insert(last, v)
    elif do == "repeat":
        place.insert(last, deepcopy(place[last]))
    elif do == "reverse":
        place[last].reverse()
    elif do == "raise":
        if v == "interrupt":
            from chaoslib.exceptions import InterruptExecution
            raise InterruptExecution("a control says stop")
        raise ValueError(v)


def hook(name):
    def called(context=None, state=None, experiment=None, configuration=None, secrets=None, changes=()):
        number = calls.get(name, 0)
        calls[name] = number + 1
        for one in changes:
            if one["at"] == name and one["nth"] == number:
                change(one, {"context": context, "state": state, "experiment": experiment,
                             "configuration": configuration, "secrets": secrets})
    return called


for level in ("experiment", "hypothesis", "method", "rollback", "activity"):
    for scope in ("before", "after"):
        globals()[f"{scope}_{level}_control"] = hook(f"{scope}_{level}")
