package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"chaosworkshop.example/runner/internal/clock"
)

// The time between two requests to a service that is not ready: short at first,
// then longer.
const (
	firstPause = 2 * time.Millisecond
	lastPause  = 50 * time.Millisecond
	oneAnswer  = 3 * time.Second // for one answer; then the service is asked again
)

var errEnded = errors.New("it has ended")

// lateError says why a service was not ready in time.
type lateError struct{ error }

// await calls ask until it succeeds. Its error is errEnded when ended is closed,
// a lateError after the time within, or ctx's cause.
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
	reason := errors.New("there was no answer")
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := ask(waiting)
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
		clock.Sleep(waiting, pause) // the next question notices its end
	}
}

// answers returns a function that asks the service once, without a proxy and
// without following a redirect.
func answers(r Ready) func(context.Context) error {
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, oneAnswer)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		var u *url.Error
		if errors.As(err, &u) {
			return u.Err // without the URL, which the message has
		} else if err != nil {
			return err
		}
		response.Body.Close()
		switch status := response.StatusCode; {
		case r.Status != 0 && status != r.Status:
			return fmt.Errorf("it answered %d, not %d", status, r.Status)
		case r.Status == 0 && status >= 500:
			return fmt.Errorf("it answered %d", status)
		}
		return nil
	}
}
