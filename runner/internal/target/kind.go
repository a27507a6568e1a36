package target

import (
	"net"
	"net/url"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/problem"
)

// kind notes keys that do not go together: a target is started, or runs already, or is brought up and taken
// down. It returns the keys that are required.
func (r reader) kind() (required string) {
	without := map[string][]string{"url": {"start", "up", "down", "build", "port", "source", "original"}, "up": {"start"}, "down": {"start"}}
	why := map[string]string{"url": "a target with url runs already: nothing is built, started or stopped", "up": "up begins what start would", "down": "down ends what up has begun"}
	for _, key := range []string{"url", "up", "down"} {
		for _, other := range without[key] {
			if r.Has(key) && r.Has(other) {
				r.wrongKey(other, key+" and "+other+" do not go together", why[key]+"; remove one of the two")
			}
		}
	}
	switch {
	case r.Has("url"):
		return "title experiment expect"
	case r.Has("up"), r.Has("down"):
		return "title up down experiment expect"
	}
	return "title start ready experiment expect"
}

// ready says how to find out that the service can be used.
func (r reader) ready() Ready {
	in := r.within("ready", "an object with url, status and within")
	if in.Map == nil {
		return Ready{URL: r.Text("url"), Within: 3 * time.Second} // of one that runs already; none is asked without an address
	}
	in.keys("url status within", "url")
	ready := Ready{URL: in.address(runNames(), "http://127.0.0.1:${port}/"), Status: in.number("status", 100, 599), Within: 10 * time.Second}
	u, err := url.Parse(Places{Port: 1}.fill(ready.URL))
	isHere := err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
	if isHere && !strings.Contains(ready.URL, "${port}") && !r.Has("url") {
		*in.found = append(*in.found, problem.Finding{Path: []string{"ready", "url"}, Warning: true,
			What: "this address has no ${port}, so the answer may come from another program", Do: `write it as in "http://127.0.0.1:${port}/"`})
	}
	if v, ok := in.Get("within"); ok {
		ready.Within, err = time.ParseDuration(in.Text("within"))
		if err != nil || ready.Within <= 0 {
			in.mustBe("a time with its unit, as in 10s or 500ms", v, "within", "within")
		}
	}
	return ready
}

// address is the whole address at the key url.
func (r reader) address(names []string, example string) string {
	text := r.textWith("url", names)
	u, err := url.Parse(Places{Port: 1}.fill(text))
	if text != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		r.wrong("this is not a URL that begins with http:// or https://", `write one as in "`+example+`"`, "url")
	}
	return text
}
