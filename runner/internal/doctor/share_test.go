package doctor

import "testing"

// What is private is hidden, and nothing else.
func TestHide(t *testing.T) {
	p := Private{Root: "/home/wanda/courses/kit", Homes: []string{"/home/wanda", "/", ""}, Names: []string{"Al", "wanda", "al-pc", "", "localhost", "x"}}
	for text, want := range map[string]string{
		"/home/wanda/courses/kit/go.work is not there": "PROJECT/go.work is not there",
		"open /home/wanda/secret plans/x: no":          "open ~/...: no",
		"export HOME=/home/wanda":                      "export HOME=~",
		"/data/Wanda2/cache":                           "/data/(name)2/cache",
		"al has it, also_al; also AL-PC and localhost": "(name) has it, also_(name); also (name) and localhost",
		"x/y":                            "x/y",
		"port 8080 is free on 127.0.0.1": "port 8080 is free on 127.0.0.1",
	} {
		if got := p.Hide(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	odd := Private{Root: "/home/caf\xe9/kit", Homes: []string{"/home/caf\xe9"}, Names: []string{"caf\xe9"}}
	if got := odd.Hide("/home/caf\xe9 has /home/caf\xe9/x"); got != "~ has ~/..." {
		t.Errorf("not UTF-8: %s", got)
	}
}
