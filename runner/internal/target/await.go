package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/clock"
)

// Why a service is not ready.
var (
	errEnded  = errors.New("it has ended")
	errNobody = errors.New("it runs, and nothing listens there")
	errSilent = errors.New("something listens there, and does not answer")
)

// lateError says why a service was not ready in time.
type lateError struct{ error }

func (l lateError) Unwrap() error { return l.error }

// await calls ask until it succeeds, with pauses of 2 ms at first and 50 ms in the end;
// a second for a service that answers, because it may print a line each time. Its error is errEnded when ended is closed, a lateError after the time
// within, or ctx's cause.
func await(ctx context.Context, within time.Duration, ended <-chan struct{}, ask func(context.Context) error) error {
	waiting, stop := context.WithTimeout(ctx, within)
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
		start := time.Now()
		err := ask(waiting)
		if err == errSilent && time.Since(start) > 100*time.Millisecond { // and not only cut short
			reason = err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		select {
		case <-ended: // an answer was another program's
			return errEnded
		default:
		}
		switch {
		case waiting.Err() != nil:
			return lateError{reason}
		case err == nil:
			return nil
		}
		reason = err
		if err != errNobody && err != errSilent {
			longest = time.Second
		}
		clock.Sleep(waiting, pause) // the next question notices its end
	}
}

// answers returns a function that asks the service once, without a proxy and
// without following a redirect. An answer may take three seconds.
func answers(r Ready) func(context.Context) error {
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			const windowsRefused = syscall.Errno(10061) // not syscall.ECONNREFUSED there
			switch {
			case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, windowsRefused):
				return errNobody
			case ctx.Err() != nil:
				return errSilent
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
