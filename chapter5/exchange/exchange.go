// Package exchange is what the two services of the chapter share: flags, the
// writer of the exchange file, listening, one log line for each request, and
// stopping. How a request is answered is written in each service.
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
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"
)

// A service ends within a second of Ctrl-C.
const (
	requestGrace = 400 * time.Millisecond // for requests in progress
	stopLimit    = 600 * time.Millisecond // for everything, even if something hangs
)

// Answer answers one request. file is the path of the exchange file, which may
// be missing.
type Answer func(w http.ResponseWriter, r *http.Request, file string)

// Run reads the flags of the command line and answers requests until Ctrl-C or SIGTERM.
// It returns the exit code: 0 when it was stopped or printed its help, 1 when it cannot
// work, 2 when the command line is wrong. Errors and the log go to standard error.
func Run(answer Answer) int {
	log.SetFlags(log.Ltime)
	program := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	chosen, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(usage(program))
		return 0
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n\n%s", program, err, usage(program))
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := work(ctx, chosen, answer); err != nil {
		log.Print(err)
		return 1
	}
	return 0
}

// work answers requests until ctx ends. It takes the port first: a service
// that does not get its port must not change a file that another one may use.
func work(ctx context.Context, chosen settings, answer Answer) error {
	listener, err := listen(chosen.host, chosen.port)
	if err != nil {
		return err
	}
	defer listener.Close()
	file := writer{chosen.file, chosen.interval}
	if err := file.write(); err != nil {
		return fmt.Errorf("%w; create its folder and make it writable, or choose another file with --file", err)
	}
	log.Printf("will update the exchange file %s every %s", file.path, file.interval)
	log.Printf("listening on port %d: http://%s/", listener.Addr().(*net.TCPAddr).Port, listener.Addr())
	return serve(ctx, listener, file, func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, chosen.file)
	})
}

// listen opens the port. Clients can connect from then on; they wait until
// they are served.
func listen(host string, port int) (net.Listener, error) {
	const windowsAddressInUse = syscall.Errno(10048) // not syscall.EADDRINUSE there
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE), errors.Is(err, windowsAddressInUse):
		return nil, fmt.Errorf("port %d is in use by another program; choose another with --port (with make: PORT=8081), or any free one with --port 0", port)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on port %d of %s: %w; choose others with --port and --host", port, host, err)
	}
	return listener, nil
}

// serve answers requests and updates the file until ctx ends. It returns an
// error if it had to stop before that.
func serve(ctx context.Context, listener net.Listener, file writer, answer http.HandlerFunc) error {
	server := &http.Server{
		Handler:                      logged(answer),
		ReadHeaderTimeout:            5 * time.Second,
		DisableGeneralOptionsHandler: true, // answer "OPTIONS *" like any other request
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 1)
	var working sync.WaitGroup
	working.Go(func() { failed <- server.Serve(listener) })
	working.Go(func() { file.update(ctx) })

	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	cancel()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		log.Print("stopping")
		grace, cancel := context.WithTimeout(context.Background(), requestGrace)
		defer cancel()
		if server.Shutdown(grace) != nil { // requests are still in progress
			server.Close()
		}
		working.Wait()
	}()
	select {
	case <-stopped:
	case <-time.After(stopLimit):
	}
	return err
}

// logged writes one line for each request: method, address, status of the
// answer, and the time that the answer took.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{w, http.StatusOK}
		next.ServeHTTP(recorder, r)
		milliseconds := time.Since(start).Seconds() * 1000
		log.Printf("%s %s %d (%.2f ms)", clean(r.Method), clean(r.RequestURI), recorder.status, milliseconds)
	})
}

// statusRecorder remembers the status that a handler sends.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// clean makes a client's text safe to show: it cuts a long one, and quotes one
// with characters that could control the terminal.
func clean(text string) string {
	const longest = 100
	cut := ""
	if len(text) > longest {
		text, cut = text[:longest], "..."
	}
	unprintable := func(r rune) bool { return !strconv.IsPrint(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unprintable) {
		text = strconv.Quote(text)
	}
	return text + cut
}
