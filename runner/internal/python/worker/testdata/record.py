"""Runs experiments through the Chaos Toolkit's command and prints what came of
each. Standard input has a list of mappings: command, activity, configuration,
secrets."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def outcome(chaos, case, folder):
    experiment = {"title": "t", "description": "d", "configuration": case["configuration"], "secrets": case["secrets"]}
    activity, key = case["activity"], "method"
    experiment["method"] = [activity]
    if "tolerance" in activity:
        experiment["method"] = []
        experiment["steady-state-hypothesis"] = {"title": "h", "probes": [activity]}
    with open(os.path.join(folder, "e.json"), "w") as f:
        json.dump(experiment, f)
    flags = ["--no-validation"] if case["command"] == "run" else []
    environment = dict(os.environ, PYTHONPATH=HERE, PYTHONDONTWRITEBYTECODE="1", NO_COLOR="1")
    done = subprocess.run([chaos, "--no-version-check", "--no-log-file", case["command"], *flags, "e.json"], cwd=folder,
                          env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", errors="replace")
    seen = {"exit": done.returncode}
    for text in done.stderr.splitlines():
        if " ERROR] " in text and case["command"] == "validate":
            seen["error"] = text.split(" ERROR] ")[1]
    if "Traceback (most" in done.stderr and ("CRITICAL" not in done.stderr or case["command"] == "validate"):
        seen["crash"] = done.stderr.strip().splitlines()[-1]
    for journal in (os.path.join(folder, "journal.json"), os.path.join(folder, "sub", "journal.json")):
        if os.path.exists(journal):
            seen.update(read(journal))
    return seen


def read(path):
    try:
        with open(path, encoding="utf-8") as f:
            journal = json.load(f)
    except ValueError:
        return {"journal": "broken"}
    before = journal["steady_states"]["before"]
    run = (before["probes"] if before else journal["run"])[0]
    seen = {"status": journal["status"], "run": run.get("status", "none")}
    if run.get("status") == "succeeded":
        seen["output"] = json.dumps(run["output"], ensure_ascii=False)
    if "exception" in run:
        seen["exception"] = run["exception"][-1].strip().replace("chaoslib.exceptions.ActivityFailed: ", "", 1)
    if "tolerance_met" in run:
        seen["met"] = run["tolerance_met"]
    return seen


def main():
    for case in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "sub"))
            seen = outcome(sys.argv[1], case, folder)
            print(json.dumps(seen, ensure_ascii=False).replace(folder, "<here>"), flush=True)


main()
