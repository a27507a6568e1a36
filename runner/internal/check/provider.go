package check

import (
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/python/native"
	"chaosworkshop.example/runner/internal/python/worker"
)

func (c *checker) provider(n *document.Node) {
	p := n.Get("provider")
	if !truthy(p) {
		c.wrong(n.At, "an activity requires a provider", `say how it is done: "provider": {"type": "http", "url": "..."}`)
		return
	}
	if !c.want(p, isMap(p), "a provider", "a mapping") {
		return
	}
	t := p.Get("type")
	for _, f := range provider.Check(p.Map()) {
		c.wrong(p.Lookup(f.Path...).At, f.What, f.Do)
	}
	switch {
	case !truthy(t):
		c.wrong(p.At, "a provider must have a type", "choose http, process or python")
	case t.Value == "http":
		c.http(p)
	case t.Value == "process":
		c.process(p, stringOf(n.Get("name")))
	case t.Value == "python":
		c.python(p, n)
	default:
		c.wrong(t.At, fmt.Sprintf("unknown provider type '%s'", stringOf(t)), "choose http, process or python")
	}
}

func (c *checker) http(p *document.Node) {
	c.keys(p, "type", "url", "method", "headers", "arguments", "timeout", "verify_tls", "max_retries", "secrets", "expected_status")
	c.required(p, "url", "a HTTP activity must have a URL", `write "url": "http://localhost:8080/"`)
	if headers := p.Get("headers"); truthy(headers) && !isMap(headers) {
		c.wrong(headers.At, "a HTTP activities expect headers as a mapping", `write {"Name": "text"}`)
	}
	if status := p.Get("expected_status"); status != nil {
		c.warn(status.At, "expected_status has no effect", "give the activity a tolerance")
	}
}

func (c *checker) process(p *document.Node, activity string) {
	c.keys(p, "type", "path", "arguments", "timeout", "secrets", "env", "cwd")
	path := p.Get("path")
	switch {
	case !truthy(path):
		c.wrong(p.At, "a process activity must have a path", `name a program: "path": "echo"`)
	case !c.want(path, isText(path), "the path", "text"):
	case !c.surroundings.Which(stringOf(path)):
		c.wrong(path.At, fmt.Sprintf("path '%s' cannot be found, in activity '%s'", stringOf(path), activity),
			pathAdvice(stringOf(path)))
	}
	if arguments := p.Get("arguments"); arguments != nil && isMap(arguments) {
		c.warn(arguments.At, "process arguments as a mapping are deprecated", "write a list")
	}
	for _, key := range []string{"env", "cwd"} {
		if n := p.Get(key); n != nil {
			c.warn(n.At, fmt.Sprintf("a process provider has no %s: the key is ignored", key), "set it outside, or use sh -c")
		}
	}
}

func pathAdvice(path string) string {
	switch {
	case strings.Contains(path, "${"):
		return "write the path itself: ${name} is not replaced here"
	case strings.HasPrefix(path, "~"):
		return "write the whole path: ~ has no meaning here"
	}
	return "install the program, or write its whole path"
}

func (c *checker) python(p, activity *document.Node) {
	c.keys(p, "type", "module", "func", "arguments", "secrets")
	name := stringOf(activity.Get("name"))
	ok := c.named(p, "module", "a Python activity must have a module path", name)
	if !c.named(p, "func", "a Python activity must have a function name", name) || !ok {
		return
	}
	arguments := p.Get("arguments")
	if arguments != nil && !c.want(arguments, isMap(arguments), "the arguments of a Python function", "a mapping") {
		return
	}
	module, function := stringOf(p.Get("module")), stringOf(p.Get("func"))
	if f, known := native.Lookup(module, function); known {
		c.mistakes(p, f.Check(arguments.Map()))
		return
	}
	c.ask(p, worker.Reference{Kind: stringOf(activity.Get("type")), Name: name, Module: module, Func: function, Arguments: arguments.Map()})
}

func (c *checker) named(p *document.Node, key, what, activity string) bool {
	if !truthy(p.Get(key)) {
		c.wrong(p.At, fmt.Sprintf("%s, in activity '%s'", what, activity), fmt.Sprintf("give the provider a %s", key))
		return false
	}
	return c.want(p.Get(key), isText(p.Get(key)), "the "+key, "text")
}
