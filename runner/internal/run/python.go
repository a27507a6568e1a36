package run

import (
	"context"
	"log/slog"
	"os"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/python/worker"
)

// python is the Python interpreter, which starts with the first thing that needs
// it and serves all experiments of this runner.
func (r *Runner) python(o Options) *worker.Worker {
	if r.worker == nil {
		r.worker = &worker.Worker{
			Python: o.Python, Environment: o.Environment, Owner: r.Processes, Log: r.pythonLogs, Signal: r.Signal,
			SetEnv: func(name, value string, set bool) { // later activities see it, as in the toolkit, where all is one process
				if set {
					os.Setenv(name, value)
				} else {
					os.Unsetenv(name)
				}
			},
			Moved: func(folder string) {
				if err := os.Chdir(folder); err != nil {
					r.Log.Warn("Python moved to " + folder + ", and the runner cannot follow: " + err.Error())
				}
			},
		}
	}
	return r.worker
}

// pythonLogs puts into the log what Python code logs; what it prints stands
// beside the log.
func (r *Runner) pythonLogs(level, text string) {
	levels := map[string]slog.Level{"DEBUG": slog.LevelDebug, "INFO": slog.LevelInfo, "WARNING": slog.LevelWarn,
		"ERROR": slog.LevelError, "CRITICAL": engine.LevelCritical}
	if l, ok := levels[level]; ok {
		r.Log.Log(context.Background(), l, text)
		return
	}
	r.Printed("python", text)
}
