// Package browser looks at the pages of the runner in a real browser. It is a module of its own, so
// that the runner does not carry what it needs: see scripts/browser.sh.
package browser

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var (
	program string          // the runner
	browser context.Context // one browser for all tests
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "browser")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "runner")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../../runner"
	build.Env = append(os.Environ(), "GOWORK=")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("the runner is not built: %v\n%s", err, out)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("hide-scrollbars", true))
	all, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	ctx, cancel := chromedp.NewContext(all)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		return 0, fmt.Errorf("there is no browser: install the package chromium (%w)", err)
	}
	browser = ctx
	return m.Run(), nil
}

// tab is a page in the browser, without network and without scripts of its own. Whatever it asks for
// beside itself, or complains of, is kept.
type tab struct {
	context.Context
	mu       sync.Mutex
	requests []string
	said     []string
}

// with is a command of the browser, as a step before a page is opened.
func with[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// newTab is a tab without a page.
func newTab(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, time.Minute) // a page may stay blank for ever
	t.Cleanup(stop)
	p := &tab{Context: ctx}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	return p
}

// open opens a file in a tab, which has neither network nor scripts.
func open(t *testing.T, file string, width, height int64, before ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	p := newTab(t)
	p.do(t, with(network.Enable, network.EnableParams{}), with(log.Enable, cdp.Empty{}), with(runtime.Enable, cdp.Empty{}),
		with(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: true}}}),
		with(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.EmulateViewport(width, height))
	p.do(t, append(before, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()))...)
	return p
}

func (p *tab) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *log.EventEntryAdded:
		p.said = append(p.said, e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		p.said = append(p.said, "the console was written to")
	case *runtime.EventExceptionThrown:
		p.said = append(p.said, e.ExceptionDetails.Text)
	case *page.EventJavascriptDialogOpening:
		p.said = append(p.said, "dialog: "+e.Message)
	}
}

func (p *tab) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(p, actions...); err != nil {
		t.Fatal(err)
	}
}

// quiet fails a page that asked for anything but its own file, or complained.
func (p *tab) quiet(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) != 1 || !strings.HasPrefix(p.requests[0], "file://") {
		t.Errorf("the page asked for %q", p.requests)
	}
	if len(p.said) > 0 {
		t.Errorf("the browser says %q", p.said)
	}
}

// ask evaluates an expression in the page.
func ask[T any](t *testing.T, p *tab, expression string) (answer T) {
	t.Helper()
	answer, err := chromedp.Run(p, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// runner runs the runner in a folder.
func runner(t *testing.T, folder string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.Command(program, args...)
	c.Dir, c.Stdout, c.Stderr = folder, &out, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("runner %v: %v\n%s%s", args, err, out.String(), errs.String())
	}
	return out.String()
}
