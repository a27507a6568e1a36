package cli

import (
	"context"
	"log/slog"
	"os"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
)

// python is the session's Python interpreter, which starts with the first thing
// that needs it.
func (s *session) python(t trial) *worker.Worker {
	if s.worker == nil {
		s.worker = &worker.Worker{
			Python:      t.options.python,
			Environment: t.environment,
			Owner:       s.owner(),
			Log:         func(level, text string) { s.pythonSays(t.log, level, text) },
			Signal: func(name string) {
				select { // whoever stops the run is told once, and never waited for
				case s.raised <- name:
				default:
				}
			},
			Moved: func(folder string) {
				if err := os.Chdir(folder); err != nil {
					t.log.Warn("Python moved to " + folder + ", and the runner cannot follow: " + err.Error())
				}
			},
			SetEnv: setEnv,
		}
	}
	return s.worker
}

// pythonSays shows what Python code prints beside the log, and what it logs in it.
func (s *session) pythonSays(log *slog.Logger, level, text string) {
	levels := map[string]slog.Level{"DEBUG": slog.LevelDebug, "INFO": slog.LevelInfo, "WARNING": slog.LevelWarn,
		"ERROR": slog.LevelError, "CRITICAL": engine.LevelCritical}
	if l, ok := levels[level]; ok {
		log.Log(context.Background(), l, text)
		return
	}
	s.console.Line("python", text)
}

func (s *session) inspect(t trial) func([]worker.Reference) ([][]problem.Finding, error) {
	return func(all []worker.Reference) ([][]problem.Finding, error) {
		return s.python(t).Inspect(t.ctx, all)
	}
}

// validateControl is the answer of a control's own function for that, if it has
// one.
func (s *session) validateControl(t trial) func(worker.Reference, *value.Map) error {
	return func(r worker.Reference, declared *value.Map) error {
		result, err := s.python(t).Control(t.ctx, worker.ControlCall{Control: r.Name, Module: r.Module, Func: "validate_control", Declared: declared})
		if result.Raised != nil {
			return result.Raised
		}
		return err
	}
}

// setEnv gives the runner a variable that Python code set: later activities see
// it, as in the toolkit, where all is one process.
func setEnv(name, value string, set bool) {
	if set {
		os.Setenv(name, value)
	} else {
		os.Unsetenv(name)
	}
}
