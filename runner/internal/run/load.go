package run

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/check"
	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/control"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/httpclient"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
	"chaosworkshop.example/runner/internal/verdict"
)

// load reads the experiment and, unless told otherwise, checks it. What is probably misspelt
// and stops nothing is returned too, in words.
func (r *Runner) load(ctx context.Context, o Options) (written *value.Map, misspelt []string, err error) {
	ctx, halt := halting(ctx)
	doc, found, err := r.read(ctx, o)
	halt(err)
	if err := cmp.Or(stopped(ctx), err); err != nil {
		return nil, nil, err
	}
	if doc != nil {
		surroundings := r.surroundings(ctx, o, halt)
		if o.NoValidation { // only the words are looked at
			surroundings.ValidateControl = nil
			surroundings.Inspect = func(all []worker.Reference) ([][]problem.Finding, error) {
				return make([][]problem.Finding, len(all)), nil
			}
		} else {
			r.Log.Info("Validating the experiment's syntax")
		}
		all := check.Check(doc.Value, surroundings)
		if !o.NoValidation {
			found = append(found, doc.Problems(all)...)
		}
		if err := stopped(ctx); err != nil {
			return nil, nil, err
		}
		found.Sort()
		for _, p := range doc.Problems(slices.DeleteFunc(all, func(f problem.Finding) bool {
			return !f.Warning || !f.AtKey && !strings.HasPrefix(f.Do, "did you mean")
		})) {
			misspelt = append(misspelt, fmt.Sprintf("line %d: %s; %s", p.At.Line, p.What, p.Do))
		}
	}
	wrong, warnings := found.Split()
	if doc != nil && len(wrong) == 0 && doc.Map() == nil {
		return nil, nil, problem.New(problem.Invalid, o.Source+" holds no experiment", "write an object with a title, a description and a method")
	}
	if len(wrong) > 0 {
		return nil, nil, found
	}
	r.Warn(warnings)
	if !o.NoValidation {
		r.Log.Info("Experiment looks valid")
	}
	return doc.Map(), misspelt, nil
}

// Learn tells the mask the secrets of an experiment, if it can be read. Call it before
// anything is started that may show them, such as the experiment's target.
func (r *Runner) Learn(ctx context.Context, o Options) {
	doc, _ := heeding(ctx, func() (*document.Document, problem.List) { return document.Read(o.Source) })
	r.learner(o)(doc.Map())
}

// heeding reads a document, which may take some seconds, until ctx ends.
func heeding(ctx context.Context, read func() (*document.Document, problem.List)) (doc *document.Document, found problem.List) {
	type outcome struct {
		doc   *document.Document
		found problem.List
	}
	d, err := clock.Until(ctx, false, func() (d outcome) { d.doc, d.found = read(); return d })
	if err != nil {
		return nil, problem.List{problem.New(problem.NoVerdict, context.Cause(ctx).Error(), "nothing was done")}
	}
	return d.doc, d.found
}

// learner tells the mask the secrets that an experiment declares.
func (r *Runner) learner(o Options) func(written *value.Map) {
	return func(written *value.Map) { r.variableSource(written, o).Learn() }
}

// halting is a context that ends where an error says that a Python function has asked for the end
// with a signal, as those of chaoslib.exit do: then nothing was done yet.
func halting(ctx context.Context) (halted context.Context, halt func(error)) {
	ctx, end := context.WithCancelCause(ctx)
	return ctx, func(err error) {
		var stop *verdict.Stop
		if errors.As(control.StopOf(err), &stop) && stop.Signal > 0 {
			end(stop)
		}
	}
}

// stopped is the error of a stop before the run began; nil if ctx still lasts.
func stopped(ctx context.Context) error {
	var stop *verdict.Stop
	if ctx.Err() == nil || !errors.As(context.Cause(ctx), &stop) {
		return nil
	}
	return problem.New(128+stop.Signal, stop.Why, "nothing was done")
}

// read reads the experiment between the global controls' calls for that.
func (r *Runner) read(ctx context.Context, o Options) (doc *document.Document, found problem.List, err error) {
	if o.written != nil {
		return r.again(ctx, o)
	}
	controls := &control.Controls{Global: o.Controls, Variables: &variables.Variables{}, Settings: o.Settings.Written, Caller: r.python(o), Log: r.Log, Learn: r.learner(o)}
	err = controls.Loading(ctx, o.Source, func() *value.Map {
		doc, found = r.fetch(ctx, o)
		r.learner(o)(doc.Map())
		return doc.Map()
	})
	return doc, found, err
}

// fetch reads the experiment from its file or its address. The authorization for an address comes
// from the environment, else from the settings; a server may answer with it, and it is a secret.
func (r *Runner) fetch(ctx context.Context, o Options) (*document.Document, problem.List) {
	if !isURL(o.Source) {
		return heeding(ctx, func() (*document.Document, problem.List) { return document.Read(o.Source) })
	}
	return fetch(ctx, o.Source, o.NoVerifyTLS, func(host string) string {
		header := o.Settings.Authorization(host)
		if token, _ := o.Environment("CHAOSTOOLKIT_LOADER_AUTH_BEARER_TOKEN"); token != "" {
			header = "bearer " + token
		}
		_, token, _ := strings.Cut(header, " ")
		r.Mask.Learn(value.MapOf("token", token))
		return header
	})
}

// surroundings connects the check with the packages that it does not import.
func (r *Runner) surroundings(ctx context.Context, o Options, halt func(error)) check.Surroundings {
	var tolerances tolerance.Surroundings
	return check.Surroundings{
		Environment: o.Environment,
		Overrides:   o.Overrides,
		Program:     provider.Program,
		Provider:    provider.Check,
		Tolerance:   func(written any) check.Tolerance { return tolerances.Parse(written) },
		Inspect: func(all []worker.Reference) ([][]problem.Finding, error) {
			found, err := r.python(o).Inspect(ctx, all)
			halt(err)
			return found, err
		},
		ValidateControl: func(ref worker.Reference, declared *value.Map) error {
			call := worker.ControlCall{Control: ref.Name, Module: ref.Module, Func: "validate_control", Declared: declared}
			result, err := r.python(o).Control(ctx, call)
			result.LogNotes()
			halt(err)
			if result.Raised != nil {
				return result.Raised
			}
			return err
		},
	}
}

// maxFetched bounds a document, in bytes, as package document bounds a file.
const maxFetched = 32 << 20

// fetchLimit bounds the whole fetch of a document; the toolkit has no limit. Only tests change it.
var fetchLimit = 8 * time.Second

// isURL tells whether a source is fetched rather than read. Any scheme counts:
// one that cannot be fetched is said to be so.
func isURL(source string) bool {
	scheme, _, ok := strings.Cut(source, "://")
	return ok && scheme != "" && !strings.ContainsAny(scheme, `/\.`)
}

// fetch reads a document of up to 32 MiB from an http or https address, within 8 seconds. Its
// format is the one that the answer names, else that of the address's ending; text/plain is read
// as JSON and then as YAML. A nil document comes with at least one problem that is no warning.
//
// insecure leaves out the check of the server's certificate. auth is the header for a
// host, which has its port behind it where the address has one; empty for none. It is
// not sent to any other server.
func fetch(ctx context.Context, source string, insecure bool, auth func(host string) string) (*document.Document, problem.List) {
	asked, cancel := context.WithTimeoutCause(ctx, fetchLimit, fmt.Errorf("no answer within %v", fetchLimit))
	defer cancel()
	answer, err := get(asked, source, insecure, auth)
	switch {
	case err == nil:
		return heeding(ctx, func() (*document.Document, problem.List) { return parseAnswer(source, answer) })
	case asked.Err() != nil:
		err = context.Cause(asked)
	case errors.Is(err, httpclient.ErrTooLarge):
		return tooLarge(source)
	}
	return document.Unreadable(source, "cannot be fetched: "+err.Error(), "check the address, and try it in a browser")
}

func tooLarge(source string) (*document.Document, problem.List) {
	return document.Unreadable(source, fmt.Sprintf("is larger than %d MiB", maxFetched>>20), "name an experiment, not data")
}

func get(ctx context.Context, source string, insecure bool, auth func(host string) string) (*httpclient.Response, error) {
	address, err := httpclient.ParseURL(source)
	if err != nil {
		return nil, err
	}
	request := httpclient.New(http.MethodGet, address)
	request.MaxBody, request.TLS = maxFetched, &tls.Config{InsecureSkipVerify: insecure}
	request.Set("Accept", "application/json, application/x-yaml")
	if header := strings.TrimSpace(auth(address.Host)); header != "" && !request.Set("Authorization", header) {
		return nil, errors.New("the authorization cannot be sent: it must be one line of Latin letters")
	}
	return request.Do(ctx)
}

// parseAnswer reads the body of an answer, in the character set and the format that
// its Content-Type names.
func parseAnswer(source string, answer *httpclient.Response) (*document.Document, problem.List) {
	text, kind := answer.Body, answer.Get("Content-Type")
	if name := charset.Of(kind); name != "" {
		made, size := charset.Text(string(text), name, maxFetched)
		if size > maxFetched {
			return tooLarge(source)
		}
		text = []byte(made)
	}
	switch {
	case answer.Code != http.StatusOK:
		said := strings.TrimSuffix(fmt.Sprintf("the server answered %s: %s", answer.Status, text), ": ")
		return document.Unreadable(source, "Failed to fetch the experiment: "+said, "check the address and the authorization")
	case strings.Contains(kind, "application/json"):
		return document.ParseJSON(source, text)
	case strings.Contains(kind, "yaml"):
		return document.ParseYAML(source, text)
	case strings.Contains(kind, "text/plain"):
		if node, found := document.ParseJSON(source, text); node != nil {
			return node, found
		}
		return document.ParseYAML(source, text)
	}
	if parse := document.Parsers[path.Ext(answer.URL.Path)]; parse != nil {
		return parse(source, text)
	}
	return document.Unreadable(source, fmt.Sprintf("the answer is of type %q, which is no experiment's", kind),
		"let the server call it application/json or application/x-yaml")
}
