package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/problem"
)

// Why a service is not ready.
var (
	errEnded  = errors.New("it has ended")
	errNobody = errors.New("nothing listens there")
	errSilent = errors.New("something listens there, and does not answer")
)

// lateError says why a service was not ready in time.
type lateError struct{ error }

func (l lateError) Unwrap() error { return l.error }

// await returns when the service is ready, or stops it.
func (s *Service) await(ctx, waiting context.Context, ask func(context.Context) error) error {
	err := await(ctx, waiting, s.done, ask)
	if err == nil {
		return nil
	}
	t, why := s.target, err.Error()
	if s.process != nil && errors.Is(err, errNobody) {
		why = "it runs, and " + why
	}
	if port := s.elsewhere(); errors.Is(err, errNobody) && port != 0 {
		why = fmt.Sprintf("it runs, and listens on port %d instead", port)
	}
	left := s.End(context.WithoutCancel(ctx))
	var late lateError
	switch {
	case errors.Is(err, errEnded):
		err = s.died(s.process.Exit(), "before it was ready")
	case errors.As(err, &late):
		key, do := t.lateAdvice(err)
		what := fmt.Sprintf("%s was not ready at %s within %v: %v%s", t.Name, t.Ready.URL, t.Ready.Within, why, s.lines.quoted())
		if t.URL != "" {
			what = fmt.Sprintf("%s is not ready at %s: %v", t.Name, t.Ready.URL, why)
		}
		err = t.problem(key, problem.NoVerdict, what, do)
	}
	return withLeft(left, err)
}

// await calls ask until it succeeds, with pauses of 2 ms at first and 50 ms in the end;
// a second for a service that answers, because it may print a line each time. Its error is
// errEnded when ended is closed, a lateError when waiting is over, or ctx's cause.
func await(ctx, waiting context.Context, ended <-chan struct{}, ask func(context.Context) error) error {
	waiting, stop := context.WithCancel(waiting)
	defer stop()
	go func() {
		select {
		case <-ended:
			stop()
		case <-waiting.Done():
		}
	}()
	reason := errSilent
	longest := 50 * time.Millisecond
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, longest) {
		err := ask(waiting)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		select {
		case <-ended: // an answer was another program's
			return errEnded
		default:
		}
		over := waiting.Err()
		switch {
		case err == nil && over == nil:
			return nil
		case err != nil && err != over:
			reason = err
		}
		if over != nil {
			return lateError{reason}
		}
		if err != errNobody && err != errSilent {
			longest = time.Second
		}
		clock.Sleep(waiting, pause) // the next question notices the end of waiting
	}
}

// answers returns a function that asks the service once, without a proxy and
// without following a redirect. An answer may take three seconds. Its error is that of its
// context where that ended before anybody was reached.
func answers(r Ready) func(context.Context) error {
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(waiting context.Context) error {
		ctx, cancel := context.WithTimeout(waiting, 3*time.Second)
		defer cancel()
		var reached atomic.Bool
		trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { reached.Store(true) }}
		request, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, r.URL, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			const windowsRefused = syscall.Errno(10061) // not syscall.ECONNREFUSED there
			switch {
			case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, windowsRefused):
				return errNobody
			case waiting.Err() != nil && !reached.Load():
				return waiting.Err()
			case ctx.Err() != nil:
				return errSilent
			case errors.Is(err, io.EOF):
				return errors.New("it closes the connection without an answer")
			}
			return errors.Unwrap(err) // without the URL, which the message has
		}
		response.Body.Close()
		switch status := response.StatusCode; {
		case r.Any:
		case r.Status != 0 && status != r.Status:
			return fmt.Errorf("it answered %d, not %d", status, r.Status)
		case r.Status == 0 && status >= 500:
			return fmt.Errorf("it answered %d", status)
		}
		return nil
	}
}
