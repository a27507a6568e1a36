"""A control that sets a secret, and is then stopped."""
import os
import time


def before_rollback_control(context, secrets, mark, how=""):
    secrets["g"]["late"] = ["set", {"in a set"}]
    print("the secret is late")
    open(mark, "w").close()
    if how == "die":
        os._exit(3)
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            if how != "deaf":
                raise
