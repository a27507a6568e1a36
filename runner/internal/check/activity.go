package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// place is where an activity stands. It decides which keys the activity needs.
type place int

// The places: activities are not only in the lists of activities.
const (
	inMethod place = iota
	inHypothesis
	inRollbacks
	inConfiguration
	inTolerance
)

// activity checks one activity, wherever it stands: a tolerance of type probe is one too.
func (c *checker) activity(at path, v any, p place) {
	m, ok := v.(*value.Map)
	switch {
	case !value.Truthy(v):
		c.wrong(at, "empty activity is no activity", "write the activity, or remove this item")
		return
	case !ok:
		c.mustBe(at, v, "an activity", "an object")
		return
	}
	if p == inHypothesis && !m.Has("tolerance") {
		c.wrong(at, "hypothesis probe must have a tolerance entry", "say which answers are allowed, as in tolerance: 200")
	} else if p == inHypothesis {
		c.tolerance(at, m, "")
	}
	if isRef(m) {
		c.ref(at, m)
		return
	}
	c.keys(at, m, "type", "name", "provider", "tolerance", "background", "pauses", "timeout", "controls",
		"ref", "dry", "configuration", "secrets", "proof", "serves", "default")
	types := []string{experiment.Probe, experiment.Action}
	switch kind := m.AsText("type"); {
	case !value.Truthy(m.Value("type")):
		c.wrong(at, "an activity must have a type", "give it the type probe or action")
	case !slices.Contains(types, kind):
		c.wrong(at.to("type"), fmt.Sprintf("'%s' is not a supported activity type", kind), problem.DidYouMean(kind, types))
	}
	c.name(at, m, p)
	c.timing(at, m)
	c.controls(at, m)
	c.proof(at, m, p)
	c.serves(at, m, p)
	c.provider(at, m)
	c.references(at, m, "pauses")
}

// isRef tells whether an activity is a ref. A null ref is none, as in the toolkit.
func isRef(m *value.Map) bool { return m.Value("ref") != nil }

// ref checks that a ref leads to an activity. The toolkit finds that out only in the run.
func (c *checker) ref(at path, m *value.Map) {
	const advice = "name an activity of the method or the hypothesis"
	name := m.Text("ref")
	if name == "" {
		c.wrong(at.to("ref"), "reference to activity must be non-empty strings", advice)
		return
	}
	c.lookUp(at.to("ref"), name, c.activityNames, fmt.Sprintf("referenced activity '%s' could not be found in the experiment", name), advice)
}

// name checks the name, which a probe of the configuration need not have. A ref can name an
// activity of the method or the hypothesis, so its name must be no list and no object.
func (c *checker) name(at path, m *value.Map, p place) {
	if p == inConfiguration {
		return
	}
	name := m.Value("name")
	if (is[[]any](name) || is[*value.Map](name)) && value.Truthy(name) && (p == inMethod || p == inHypothesis) {
		c.mustBe(at.to("name"), name, "the name of an activity", "text")
		return
	}
	c.text(at, m, "name", "an activity must have a name", "say in a few words what it does")
}

// timing checks timeout, background and pauses.
func (c *checker) timing(at path, m *value.Map) {
	switch timeout := m.Value("timeout"); {
	case timeout == nil:
	case is[bool](timeout) || value.Kind(timeout) == "a number": // true is a number to Python
		c.warn(at.to("timeout"), "the timeout of an activity has no effect", "move it into the provider")
	default:
		c.wrong(at.to("timeout"), "activity timeout must be a number",
			"write a number of seconds, into the provider: a timeout only has an effect there")
	}
	if background, ok := m.Get("background"); ok && !is[bool](background) {
		c.wrong(at.to("background"), "activity background must be a boolean", "write true or false")
	}
	pauses := m.Map("pauses")
	if v := m.Value("pauses"); v != nil && pauses == nil {
		c.mustBe(at.to("pauses"), v, "pauses", "an object with before and after")
	}
	c.keys(at.to("pauses"), pauses, "before", "after")
	for _, when := range []string{"before", "after"} {
		if pause, ok := pauses.Get(when); ok && !isPause(pause) {
			c.wrong(at.to("pauses", when), "activity "+when+" pause must be a number or a pattern to a variable from the configuration or secrets",
				"give seconds, 0 or more, as a number, or ${name}")
		}
	}
}

// isPause tells whether a value is a pause: seconds, or a text that is ${name}.
func isPause(v any) bool {
	if text, ok := v.(string); ok {
		return strings.HasPrefix(text, "${") && strings.HasSuffix(text, "}")
	}
	seconds, ok := value.Rational(v)
	return !value.Truthy(v) || ok && seconds.Sign() > 0
}

// tolerance checks the tolerance of a probe. Outside the hypothesis the toolkit ignores
// tolerances, so a consequence is given, and mistakes are only warnings.
func (c *checker) tolerance(at path, m *value.Map, consequence string) {
	c.references(at, m, "tolerance")
	t := m.Value("tolerance")
	at = at.to("tolerance")
	written := c.surroundings.Tolerance(t)
	found := written.Check()
	for _, f := range found {
		c.found = append(c.found, problem.Finding{Path: at.to(f.Path...), What: f.What + consequence, Do: f.Do, Warning: consequence != ""})
	}
	if len(found) == 0 {
		for _, f := range written.Warnings(m.Map("provider").AsText("type")) {
			c.warn(at.to(f.Path...), f.What, f.Do)
		}
	}
	if t, ok := t.(*value.Map); ok && t.Text("type") == experiment.Probe {
		if consequence == "" {
			c.activity(at, t, inTolerance)
		}
	} else if ok {
		c.keys(at, t, "type", "target", "pattern", "path", "count", "expect", "range")
	}
}

// proof checks what the toolkit ignores: a tolerance in the method, which proves
// that the fault landed, and our own key.
func (c *checker) proof(at path, m *value.Map, p place) {
	tolerated := m.Has("tolerance")
	if p == inMethod && tolerated {
		c.tolerance(at, m, ", so it proves nothing")
	}
	proof, ok := m.Get("proof")
	switch {
	case !ok:
	case proof != experiment.ProofThroughout:
		c.wrong(at.to("proof"), "proof can only be throughout, and it is "+value.JSON(proof), "write throughout, or remove proof")
	case p != inMethod || !tolerated || m.AsText("type") != experiment.Probe:
		c.warn(at.to("proof"), "proof only has an effect on a probe of the method that has a tolerance", "add a tolerance, or remove proof")
	}
}

// serves checks our other key, which the toolkit ignores.
func (c *checker) serves(at path, m *value.Map, p place) {
	switch serves, ok := m.Get("serves"); {
	case !ok:
	case m.Text("serves") == "":
		c.mustBe(at.to("serves"), serves, "serves", "the path of a file")
	case p != inHypothesis || m.Map("provider").Text("type") != "http":
		c.warn(at.to("serves"), "serves only has an effect on an http probe of the hypothesis", "leave it out")
	}
}

// provider checks how an activity is done. The findings of package provider come first,
// because they would end the run.
func (c *checker) provider(at path, activity *value.Map) {
	v := activity.Value("provider")
	m, ok := v.(*value.Map)
	if !value.Truthy(v) {
		c.wrong(at, "an activity requires a provider", "give it a provider, which says how it is done")
		return
	}
	at = at.to("provider")
	if !ok {
		c.mustBe(at, v, "a provider", "an object")
		return
	}
	for _, f := range c.surroundings.Provider(m) {
		c.wrong(at.to(f.Path...), f.What, f.Do)
	}
	c.references(at, m, "url", "timeout", "headers", "arguments")
	c.groups(at.to("secrets"), m.Value("secrets"))
	switch kind := m.Value("type"); {
	case !value.Truthy(kind):
		c.wrong(at, "a provider must have a type", "choose http, process or python")
	case kind == "http":
		c.http(at, m)
	case kind == "process":
		c.process(at, m, activity.AsText("name"))
	case kind == "python":
		c.python(at, m, activity)
	default:
		c.wrong(at.to("type"), fmt.Sprintf("unknown provider type '%s'", value.Text(kind)), problem.DidYouMean(value.Text(kind), []string{"http", "process", "python"}))
	}
}

// groups checks the groups of secrets that a function asks for. The toolkit leaves out those
// that are not there.
func (c *checker) groups(at path, wanted any) {
	list, isList := wanted.([]any)
	if !isList && value.Truthy(wanted) {
		c.warn(at, "the secrets of a provider must be a list of groups, and they are "+value.Kind(wanted), "write a list, as in [name]")
	}
	var known []string
	for name := range c.root.Map("secrets").All() {
		known = append(known, name)
	}
	for i, name := range list {
		word, do := value.Text(name), "declare it in secrets"
		if len(known) > 0 {
			do = problem.DidYouMean(word, known)
		}
		if !slices.Contains(known, word) {
			c.warn(at.to(strconv.Itoa(i)), "there is no group '"+word+"' of secrets", do)
		}
	}
}

// methods are the methods of HTTP (RFC 9110 and 5789).
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}

// http checks the provider that sends a request.
func (c *checker) http(at path, m *value.Map) {
	c.keys(at, m, "type", "url", "method", "headers", "arguments", "timeout", "verify_tls", "max_retries", "secrets", "expected_status")
	if !value.Truthy(m.Value("url")) {
		c.wrong(at.to("url"), "a HTTP activity must have a URL", "give it a url, as in http://localhost:8080/")
	}
	if method := strings.ToUpper(m.AsText("method")); method != "" && !slices.Contains(methods, method) {
		c.warn(at.to("method"), "'"+method+"' is not one of the usual HTTP methods", problem.DidYouMean(method, methods))
	}
	if headers := m.Value("headers"); value.Truthy(headers) && !is[*value.Map](headers) {
		c.wrong(at.to("headers"), "a HTTP activities expect headers as a mapping", "write the name and the text of each header")
	}
	if m.Has("expected_status") {
		c.warn(at.to("expected_status"), "expected_status has no effect", "give the activity a tolerance")
	}
}

// process checks the provider that starts a program. The program must be there
// already: the toolkit looks for it before the run.
func (c *checker) process(at path, m *value.Map, activity string) {
	c.keys(at, m, "type", "path", "arguments", "timeout", "secrets", "env", "cwd")
	if c.named(at, m, "path", "a process activity must have a path", "name a program, as in path: echo") {
		program := m.Text("path")
		if found, advice := c.surroundings.Program(program); found == "" {
			c.wrong(at.to("path"), fmt.Sprintf("path '%s' cannot be found, in activity '%s'", program, activity), advice)
		}
	}
	if m.Map("arguments") != nil {
		c.warn(at.to("arguments"), "process arguments as an object are deprecated", "write a list")
	}
	for _, key := range []string{"env", "cwd"} {
		if m.Has(key) {
			c.warn(at.to(key), fmt.Sprintf("a process provider has no %s: the key is ignored", key), "set it before you start the runner, or use sh -c")
		}
	}
}
