// Package signals hears the signals that stop the program, from its first moments on. Go initialises packages
// in the order of their paths, as soon as those that they need are there: this one needs little, so it comes
// before most others.
package signals

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
)

var heard, ready = hear()

// Heard gets the signals that stop the program. SIGHUP is not heard where somebody has asked, as nohup does, that
// the end of the terminal ends nothing. SIGINT is, also where a script has started the program in the background,
// and a shell ignores it: who presses Ctrl-C wants the fault to be undone.
func Heard() <-chan os.Signal {
	<-ready
	return heard
}

// hear asks the system for the signals, while the other packages are initialised: to ask for one takes a while.
func hear() (heard <-chan os.Signal, ready <-chan struct{}) {
	c, done := make(chan os.Signal, 4), make(chan struct{})
	var stopping []os.Signal
	for name, s := range ByName {
		if name != "SIGHUP" || !signal.Ignored(s) {
			stopping = append(stopping, s)
		}
	}
	slices.SortFunc(stopping, func(a, b os.Signal) int { return order(a) - order(b) })
	go func() {
		defer close(done)
		signal.Notify(c, stopping...)
		// A write to standard output or error that nobody reads must not end a run whose fault is still on. Unlike an
		// ignored signal, a caught one is reset in the programs that are started.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	}()
	return c, done
}

// order puts SIGQUIT first, for which Go's own answer is a page about itself.
func order(s os.Signal) int {
	if s == syscall.SIGQUIT {
		return 0
	}
	return int(s.(syscall.Signal))
}

// Name is the name of a signal that stops the program.
func Name(of os.Signal) string {
	for name, s := range ByName {
		if s == of {
			return name
		}
	}
	return "a signal"
}
