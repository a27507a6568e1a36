package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// How often a service is asked whether it is ready: soon at first, then slower.
const (
	firstPause = 2 * time.Millisecond
	lastPause  = 50 * time.Millisecond
	oneAnswer  = 3 * time.Second // how long one answer may take before it is asked for anew
)

var errDied = errors.New("it has ended")

// late is the reason why a service was not ready when its time was up.
type late struct{ reason error }

func (l *late) Error() string { return l.reason.Error() }

// await asks until there is an answer: nil. It gives up with errDied when the
// service dies, with a late when time is up, and with ctx's cause.
func await(ctx context.Context, within time.Duration, dead <-chan struct{}, ask func(context.Context) error) error {
	tooLate := &late{errors.New("there was no answer")}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer time.AfterFunc(within, func() { cancel(tooLate) }).Stop()
	go func() {
		select {
		case <-dead:
			cancel(errDied)
		case <-ctx.Done():
		}
	}()
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := ask(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil {
			return stillAlive(dead)
		}
		tooLate.reason = err
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}

// stillAlive doubts an answer: somebody else may have given it.
func stillAlive(dead <-chan struct{}) error {
	select {
	case <-dead:
		return errDied
	default:
		return nil
	}
}

// answers asks a service over HTTP, directly and without following it elsewhere.
func answers(r Ready) func(context.Context) error {
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true}, // and no proxy
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
		if err != nil {
			return withoutURL(err)
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

func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
