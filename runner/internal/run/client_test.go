package run

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
)

// TestClient: a client asks what the probe of the hypothesis asks, or judges nothing.
func TestClient(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/health" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		fmt.Fprintf(w, `{"path": %q, "key": %q}`, r.URL, r.Header.Get("Key"))
	}))
	defer service.Close()
	file := filepath.Join(t.TempDir(), "experiment.yaml")
	for name, c := range map[string]struct{ probe, path, key, met string }{
		"a GET":            {`{type: probe, name: data, tolerance: 200, provider: {type: http, url: "${at}/data"}}`, "/data", "", "false"},
		"said to be one":   {`{type: probe, name: data, tolerance: 500, provider: {type: http, url: "${at}/data", method: get, arguments: {a: "1"}, headers: {Key: "${secret}"}}}`, "/data?a=1", "hidden", "true"},
		"a path in JSON":   {`{type: probe, name: data, tolerance: {type: jsonpath, path: $.path, expect: ["/data"], target: body}, provider: {type: http, url: "${at}/data"}}`, "/data", "", "true"},
		"a POST":           {`{type: probe, name: data, tolerance: 200, provider: {type: http, url: "${at}/data", method: POST}}`, "/health", "", "unknown"},
		"no tolerance":     {`{type: probe, name: data, provider: {type: http, url: "${at}/data"}}`, "/data", "", "unknown"},
		"another probe":    {`{type: probe, name: data, tolerance: true, provider: {type: python, module: os.path, func: exists, arguments: {path: x}}}`, "/health", "", "unknown"},
		"only a run knows": {`{type: probe, name: data, tolerance: 200, provider: {type: http, url: "${at}/${asked}"}}`, "/health", "", "unknown"},
	} {
		asked := ""
		if strings.Contains(c.probe, "${asked}") {
			asked = ", asked: {type: probe, name: asked, provider: {type: process, path: echo}}"
		}
		text := "configuration: {at: {type: env, key: AT}" + asked + "}\nsecrets: {own: {secret: {type: env, key: SECRET}}}\nsteady-state-hypothesis:\n  probes: [" + c.probe + "]\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r := Runner{Mask: &show.Mask{}}
		environment := func(name string) (string, bool) {
			return map[string]string{"AT": service.URL, "SECRET": "hidden"}[name], true
		}
		run := r.Client(t.Context(), Options{Source: file, Environment: environment}, service.URL+"/health").Ask(t.Context())
		answer, _ := run.Output.(*value.Map)
		body := answer.Map("body")
		met := "unknown"
		if run.ToleranceMet != nil {
			met = fmt.Sprint(*run.ToleranceMet)
		}
		if body.Text("path") != c.path || body.Text("key") != c.key || met != c.met || (run.Name == "data") != (c.path != "/health") {
			t.Errorf("%s: %s was asked, %s, met: %s, %s", name, run.Name, value.JSON(body), met, run.Reason)
		}
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if run := r.Client(t.Context(), Options{Source: file, Environment: environment}, service.URL).Ask(stopped); !run.Failed() {
			t.Errorf("%s: an answer that a stop has cut off", name)
		}
	}
}
