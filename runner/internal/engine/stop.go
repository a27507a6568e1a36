package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// Stop is why a run was interrupted; the cause of the context that ended it.
type Stop struct {
	Signal      int  // its number, 0 where no signal stopped the run
	NoRollbacks bool // the fault is to be left as it is
	Why         string
	said        []announcement
}

type announcement struct {
	level slog.Level
	text  string
}

func (s *Stop) Error() string { return s.Why }

// ByControl is the stop of a control or of a person who was asked.
func ByControl(why string) *Stop {
	return &Stop{Why: why, said: []announcement{{LevelCritical, why}}}
}

// ByExit is the stop of a Python function that exits, with the code that it gave;
// 30 leaves the rollbacks out, as in the toolkit.
func ByExit(code string) *Stop {
	s := &Stop{Why: "stopped by a Python function that exits with " + code, NoRollbacks: code == "30",
		said: []announcement{{slog.LevelWarn, "Received the exit signal: " + code}}}
	if s.NoRollbacks {
		s.said = append(s.said, announcement{slog.LevelWarn, "Ignoring rollbacks as per signal"})
	}
	return s
}

// BySignal is the stop of a signal, by its usual name and its number. SIGUSR1
// and SIGUSR2 are the toolkit's graceful and ungraceful exits: the second leaves
// the rollbacks out.
func BySignal(name string, number int) *Stop {
	s := &Stop{Signal: number, Why: "stopped by " + name, NoRollbacks: name == "SIGUSR2"}
	warn := func(text string) { s.said = append(s.said, announcement{slog.LevelWarn, text}) }
	switch name {
	case "SIGINT":
		warn("Received a termination signal (Ctrl-C)...")
	case "SIGUSR1":
		warn("Received the exit signal: 20")
	case "SIGUSR2":
		warn("Received the exit signal: 30")
		warn("Ignoring rollbacks as per signal")
	default:
		warn(fmt.Sprintf("Caught %s signal, interrupting experiment now", name))
		s.said = append(s.said, announcement{LevelCritical, name + " signal received"})
	}
	return s
}

func (s *Stop) announce(log *slog.Logger) {
	for _, a := range s.said {
		log.Log(context.Background(), a.level, a.text)
	}
}

// stopOf is the reason for which ctx ended.
func stopOf(ctx context.Context) *Stop {
	var stop *Stop
	if errors.As(context.Cause(ctx), &stop) {
		return stop
	}
	return ByControl(context.Cause(ctx).Error())
}
