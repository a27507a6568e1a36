package run

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
	"chaosworkshop.example/runner/internal/verdict"
)

// Client is a client of a system: it asks what a probe asks, outside of an experiment.
type Client struct {
	asks      *experiment.Activity
	providers *provider.Providers
	judges    *tolerance.Surroundings
}

// Client asks what the first HTTP probe of an experiment's hypothesis asks, if that is a GET, and judges
// the answers as it does. Else, and where a variable is only known during a run, it asks the address
// otherwise, and judges nothing.
func (r *Runner) Client(ctx context.Context, o Options, otherwise string) *Client {
	doc, _ := document.Read(o.Source) // a run says what is wrong with it
	written := doc.Map()
	source := r.variableSource(written, o)
	known := true
	source.Ask = func(context.Context, *value.Map, *variables.Variables) (any, error) {
		known = false
		return nil, errors.New("only a run asks the probes of the configuration")
	}
	v, _ := source.Resolve(ctx)
	c := &Client{providers: r.providers(v, o), judges: &tolerance.Surroundings{Substitute: v.Substitute}}
	c.providers.Log = slog.New(slog.DiscardHandler)
	for _, probe := range written.Map("steady-state-hypothesis").List("probes") {
		m, _ := probe.(*value.Map)
		if a := experiment.NewActivity(m); a.ProviderType() == "http" {
			if method, given := a.Provider.Get("method"); known && (!given || strings.EqualFold(value.Text(method), "get")) {
				c.asks = a
			}
			break
		}
	}
	if c.asks == nil {
		c.asks = experiment.NewActivity(value.MapOf("type", experiment.Probe, "name", otherwise, "provider", value.MapOf("type", "http", "url", otherwise)))
	}
	return c
}

// Ask asks once.
func (c *Client) Ask(ctx context.Context) *verdict.Run {
	run := &verdict.Run{Activity: c.asks.Written, Name: c.asks.Name, Provider: c.asks.ProviderType(), Start: time.Now()}
	output, err := c.providers.Perform(ctx, c.asks)
	if run.End = time.Now(); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		run.Fail(err.Error())
		return run
	}
	run.Status, run.Output = "succeeded", output
	if c.asks.HasTolerance {
		if met, err := c.judges.Parse(c.asks.Tolerance).Within(ctx, output); err == nil {
			run.ToleranceMet, run.Wanted = &met, c.judges.Parse(c.judges.Substitute(c.asks.Tolerance)).Wanted(output)
		}
	}
	return run
}
