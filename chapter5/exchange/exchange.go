// Package exchange is what the two services of the chapter share, and what a
// learner need not read: flags, listening, one log line for each request, and
// stopping. The exchange file itself is written and read in each service.
package exchange

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// startedBy is the environment variable with what the user typed, if that was make.
const startedBy = "EXCHANGE_STARTED_BY"

// Service is a service that has its port, and does not answer yet.
type Service struct {
	File      string        // the path of the exchange file
	Interval  time.Duration // the time between two updates of the file
	host      string
	port      int // 0: any free port
	listeners []net.Listener
	stop      context.Context // done when the service is told to stop
	source    string          // the file that the learner opens, where this was built
	built     time.Time
}

// Open reads the flags and takes the port, before the service writes: one that does
// not get its port must not change a file that another one may use.
//
// It ends the program with exit code 0 after --help, with 0 or 1 after --check, with 1 when the
// port cannot be taken (0 under make) or the file can be none, and with 2 when the command line is wrong.
func Open() *Service {
	log.SetFlags(log.Ltime)
	program := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	s, err := parse(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Print(usage(program))
		os.Exit(0)
	case err != nil:
		fmt.Fprintf(os.Stderr, "%s: %v\n\n%s", program, err, usage(program))
		os.Exit(2)
	}
	if s.listeners, err = listen(s.host, s.port); err != nil {
		log.Print(err)
		if os.Getenv(startedBy) != "" {
			os.Exit(0) // or make adds an error that says less
		}
		os.Exit(1)
	}
	if info, err := os.Stat(s.File); err == nil && !info.Mode().IsRegular() && !info.IsDir() { // writing may never end
		log.Fatalf("cannot write the exchange file: %s is no ordinary file", s.File)
	}
	_, s.source, _, _ = runtime.Caller(1)
	path, _ := os.Executable()
	if info, err := os.Stat(path); err == nil {
		s.built = info.ModTime() // not the time of the start: an old program may be started anew
	}
	s.stop, _ = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	return s
}

// listen opens the port. Clients can connect from then on; they wait until they
// are served. The name localhost has two addresses, and clients may use either.
func listen(host string, port int) (listeners []net.Listener, err error) {
	addresses := []string{host}
	if host == "localhost" {
		addresses = []string{"127.0.0.1", "::1"}
	}
	chosen := port // with port 0, the second address gets the port of the first
	for _, address := range addresses {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, strconv.Itoa(chosen)))
		switch {
		case err == nil:
			listeners, chosen = append(listeners, listener), portOf(listener)
		case inUse(err) && chosen != port: // nobody asked for just this port
			listeners[0].Close()
			return listen(host, port)
		case inUse(err):
			return nil, fmt.Errorf("port %d is in use by another program; choose another%s", port, otherPort(port))
		case len(listeners) == 0:
			return nil, fmt.Errorf("cannot listen on port %d of %s: %w; choose others with --port and --host", port, host, err)
		} // otherwise this computer has no IPv6, and one address is enough
	}
	return listeners, nil
}

func portOf(listener net.Listener) int { return listener.Addr().(*net.TCPAddr).Port }

func inUse(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.Errno(10048)) // as Windows says it
}

// otherPort says how to choose another port, in the words of who started the service.
func otherPort(taken int) string {
	other := map[bool]int{true: 9091, false: 9090}[taken == 9090]
	if typed := os.Getenv(startedBy); typed != "" {
		return fmt.Sprintf(": %s PORT=%d, then make experiment PORT=%d", typed, other, other)
	}
	return fmt.Sprintf(" with --port %d", other)
}

// Wait waits for the next update of the file. It is false when the service stops.
func (s *Service) Wait() bool {
	select {
	case <-s.stop.Done():
		return false
	case <-time.After(s.Interval):
		return true
	}
}

// Serve answers requests until Ctrl-C, SIGTERM or SIGHUP, also those in progress then.
func (s *Service) Serve(answer http.HandlerFunc) {
	server := &http.Server{
		Handler:     s.logged(answer),
		ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: 5 * time.Second,
		DisableGeneralOptionsHandler: true, // answer "OPTIONS *" like any other request
	}
	for _, listener := range s.listeners {
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				log.Fatal(err)
			}
		}()
	}
	port := portOf(s.listeners[0])
	log.Printf("listening on port %d: http://%s/", port, net.JoinHostPort(s.host, strconv.Itoa(port)))
	<-s.stop.Done()
	time.AfterFunc(600*time.Millisecond, func() { os.Exit(0) }) // even if something hangs
	grace, cancel := context.WithTimeout(context.Background(), 400*time.Millisecond)
	defer cancel()
	server.Shutdown(grace)
	server.Close() // requests may still be in progress
}

// Remove removes the exchange file at the end, if it still contains what the service wrote last.
func (s *Service) Remove(written string) {
	contents, err := os.ReadFile(s.File)
	if err != nil || string(contents) != written {
		log.Print("stopped") // the file was moved away, or replaced
	} else if err := os.Remove(s.File); err != nil {
		log.Printf("stopped, but cannot remove the exchange file: %v", err)
	} else {
		log.Printf("stopped, and removed the exchange file %s", s.File)
	}
}

// logged logs each request. It tells clients the process, and if its source is newer.
func (s *Service) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		w.Header().Set("Server", fmt.Sprintf("exchange (process %d)", os.Getpid()))
		if info, err := os.Stat(s.source); err == nil && !s.built.IsZero() && info.ModTime().After(s.built) {
			folder, file := filepath.Split(s.source)
			w.Header().Set("Warning", `199 exchange "you changed `+filepath.Base(folder)+"/"+file+` after this service was started: stop it and start it again"`)
		}
		recorder := &statusRecorder{w, http.StatusOK}
		next.ServeHTTP(recorder, r)
		address := strconv.Quote(r.RequestURI) // a client may send what controls a terminal
		log.Printf("%s %s %d (%.2f ms)", r.Method, address[1:len(address)-1], recorder.status, time.Since(start).Seconds()*1000)
	})
}

// statusRecorder keeps the status that a handler sends.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
