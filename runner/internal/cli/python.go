package cli

import (
	"context"
	"log/slog"
	"os"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

// python is the session's Python interpreter, which starts with the first thing
// that needs it.
func (s *session) python(t trial) *python.Worker {
	if s.worker == nil {
		s.worker = &python.Worker{
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

func (s *session) inspect(t trial) func([]python.Reference) ([][]python.Mistake, error) {
	return func(all []python.Reference) ([][]python.Mistake, error) {
		return s.python(t).Inspect(t.ctx, all)
	}
}

// validateControl is the answer of a control's own function for that, if it has
// one.
func (s *session) validateControl(t trial) func(python.Reference, *value.Map) error {
	return func(r python.Reference, declared *value.Map) error {
		result, err := s.python(t).Control(t.ctx, python.ControlCall{Control: r.Name, Module: r.Module, Func: "validate_control", Declared: declared})
		if result.Raised != nil {
			return result.Raised
		}
		return err
	}
}
