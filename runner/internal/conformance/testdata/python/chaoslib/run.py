"""The base class of a handler of events, by the names it has there."""


class RunEventHandler:
    pass


def _nothing(self, *args, **kwargs):
    pass


for _name in ("started running finish interrupted signal_exit start_continuous_hypothesis "
              "continuous_hypothesis_iteration continuous_hypothesis_completed start_hypothesis_before "
              "hypothesis_before_completed start_hypothesis_after hypothesis_after_completed start_method "
              "method_completed start_rollbacks rollbacks_completed start_cooldown cooldown_completed "
              "start_activity activity_completed").split():
    setattr(RunEventHandler, _name, _nothing)
