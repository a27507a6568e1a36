package exchange

import (
	"context"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// The service promises to end within a second of Ctrl-C.
const (
	grace = 400 * time.Millisecond // for the requests that are under way
	limit = 600 * time.Millisecond // for everything, whatever hangs
)

// serve answers requests, and has the file rewritten, until ctx ends. Its
// error says why it had to stop before that.
func serve(ctx context.Context, listener net.Listener, pen writer, answer http.HandlerFunc) error {
	requests := &batch{out: log.Writer()}
	server := &http.Server{
		Handler:                      logged(answer, requests),
		ReadHeaderTimeout:            5 * time.Second,
		DisableGeneralOptionsHandler: true, // "OPTIONS *" is a request like any other
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 1)
	var working sync.WaitGroup
	working.Go(func() { failed <- server.Serve(listener) })
	working.Go(func() { pen.rewrite(ctx) })

	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	cancel()
	within(limit, func() {
		requests.flush()
		log.Print("stopping")
		stop(server)
		working.Wait()
		requests.flush()
	})
	return err
}

// stop takes no more requests, lets those under way finish, and closes every
// connection.
func stop(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		server.Close()
	}
}

// within waits for something to be done, but not longer than the limit.
func within(limit time.Duration, do func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(limit):
	}
}
