// Package exchange is what the lesson's services share: it writes their
// exchange file, listens, logs each request and stops politely. How a request
// is answered is each service's own matter.
package exchange

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

// Answer answers one request; file is the path of the exchange file, which
// may be gone by the time that it is read.
type Answer func(w http.ResponseWriter, r *http.Request, file string)

// Run reads the flags of the command line and answers requests until Ctrl-C
// or SIGTERM. It returns the exit code: 0 when it was told to stop or to
// help, 1 when it cannot work, 2 when the command line is wrong. What it has
// to say goes to standard error, one line each; only help that was asked for
// goes to standard output.
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

	ctx, forget := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer forget()
	if err := work(ctx, chosen, answer); err != nil {
		log.Print(err)
		return 1
	}
	return 0
}

// work answers requests until ctx ends. The port comes first: a service that
// cannot have it must not touch a file that may be another service's.
func work(ctx context.Context, chosen settings, answer Answer) error {
	listener, err := listen(ctx, chosen.host, chosen.port)
	if err != nil {
		return err
	}
	defer listener.Close()

	pen := writer{file: chosen.file, interval: chosen.interval}
	if err := pen.write(); err != nil {
		return fmt.Errorf("%w; make its folder and make it writable, or choose another file with --file", err)
	}
	log.Printf("will update the exchange file %s every %s", pen.file, pen.interval)
	log.Printf("listening on port %d: http://%s/", portOf(listener), listener.Addr())

	return serve(ctx, listener, pen, func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, chosen.file)
	})
}
