package draft

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/value"
)

// srv is the folder above that of the shop.
var srv = filepath.VolumeName(os.TempDir()) + string(filepath.Separator) + "srv"

// shop is a folder with a few files, where three programs are installed.
func shop() *Draft {
	files := map[string]bool{"price.txt": false, "my file.txt": false, "data": true, srv: true, "old.txt": false, "old.txt.away": false, "a${b}": false, "a$$b": false, "./stop": false}
	return New(Place{
		Folder: filepath.Join(srv, "shop"),
		Find: func(path string) (there, folder bool) {
			folder, there = files[strings.TrimSuffix(path, "/")]
			return there, folder
		},
		Program: func(name string) (found, advice string) {
			if slices.Contains([]string{"docker", "sh", "pgrep", "./stop"}, name) {
				return "/bin/" + name, ""
			}
			return "", "install it"
		},
	})
}

// usual are answers to all questions.
var usual = []string{"", "", "price.txt", "", ""}

// answer gives usual answers up to a question, and then this one.
func answer(t *testing.T, number int, text string, before ...string) (*Draft, string, error) {
	t.Helper()
	d := shop()
	for _, a := range append(slices.Clone(before), usual[len(before):number-1]...) {
		if _, err := d.Answer(a); err != nil {
			t.Fatalf("%q: %v", a, err)
		}
	}
	understood, err := d.Answer(text)
	return d, understood, err
}

// Each answer is checked at once: what is wrong, and what to do.
func TestRefused(t *testing.T) {
	for _, test := range []struct {
		question  int
		text, why string
	}{
		{1, "localhost:8080", "the URL 'localhost:8080' does not begin with http:// or https://; write the full URL, as in http://localhost:8080/"},
		{1, "ftp://localhost/", "begins with neither http:// nor https://"},
		{1, "http:///", "names no host"},
		{1, "http://localhost:${port}/", "a URL has no blank and no $; write %20 for a blank, and %24 for a $"},
		{1, "http://localhost/a b", "a URL has no blank"},
		{1, "http://localhost/\x1b[A", "a character that cannot be seen, perhaps from an arrow key; write it again"},
		{1, "http://localhost/\xff", "a character that cannot be seen"},
		{1, "http://localhost/" + strings.Repeat("a", 1000), "the answer is longer than 1000 letters; write a shorter one"},
		{2, "ok", "'ok' is no status of HTTP: these are numbers from 100 to 599; write one, as in 200, or several, as in 200, 503"},
		{2, "200, 999", "'999' is no status"},
		{2, "200,", "'' is no status"},
		{2, "2e2", "'2e2' is no status"},
		{3, "", "there is no answer; this question has no usual answer: write one"},
		{3, "prize.txt", "there is neither a file nor a program 'prize.txt'; start the system first, or correct the answer; paths begin in " + filepath.Join(srv, "shop")},
		{3, "dokcer stop web", "there is no program 'dokcer'; install it"},
		{3, srv, "you work in the folder '" + srv + "' or further down, so it cannot be taken away; take away a file, or another folder"},
		{3, "old.txt", "there is already 'old.txt.away', and it would be lost; move it to another place"},
		{3, "a${b}", "in an experiment, ${...} is replaced by a value; take a file without ${ in its name"},
		{3, "docker stop web && docker rm web", "only a shell understands the & in this command; put it into single quotes, give it to a shell as in sh -c '...', or write a script"},
		{3, `docker stop "$NAME"`, "only a shell understands the $"},
		{3, "docker stop ~/web", "only a shell understands the ~"},
		{3, "sh -c 'kill 1", "the quote ' is not closed; write it again with the second '"},
		{3, "docker stop ''", "a word of this command is empty, and would be left out"},
		{4, "pgrpe", "there is neither a file nor a program 'pgrpe'"},
		{4, "not price.txt", "'not' stands only before a command, and 'price.txt' is a file; for a file that is gone, write its path alone"},
		{4, "not", "there is neither a file nor a program 'not'"},
		{5, "price.txt", "there is no program 'price.txt'; install it"},
		{5, "later", "there is no program 'later'; install it"},
		{5, "docker start web &", "only a shell understands the & in this command"},
	} {
		d, _, err := answer(t, test.question, test.text)
		if err == nil || !strings.Contains(err.Error(), test.why) {
			t.Errorf("question %d, %.100q: %v", test.question, test.text, err)
		}
		if d.answered != test.question-1 {
			t.Errorf("question %d, %.100q: the next question is %d", test.question, test.text, d.answered+1)
		}
	}
	for _, text := range []string{"", "price.txt"} {
		if _, _, err := answer(t, 5, text, "", "", "docker stop web", "not pgrep web"); err == nil {
			t.Errorf("%q puts back what a command took away", text)
		}
	}
}

// What is understood is said, and stands in the experiment.
func TestAccepted(t *testing.T) {
	for _, test := range []struct {
		question               int
		text, understood, part string
		before                 []string
	}{
		{1, "https://example.com/a?b=1", "", `"provider": {"type": "http", "url": "https://example.com/a?b=1", "timeout": 3}`, nil},
		{1, "http://localhost:8080/", "", `"title": "Does localhost:8080 still answer as usual when price.txt is gone?"`, nil},
		{2, "", "", `"tolerance": 200,`, nil},
		{2, "200 or 503, 200", "", `"tolerance": [200, 503],`, nil},
		{3, "'my file.txt'", "a file: the experiment moves it to my file.txt.away", `{"src": "my file.txt", "dst": "my file.txt.away"}`, nil},
		{3, "data/", "a folder: the experiment moves it to data.away", `{"src": "data", "dst": "data.away"}`, nil},
		{3, "a$$b", "a file: the experiment moves it to a$$b.away", `when a$$$$b is gone?`, nil},
		{3, "./stop", "a file: the experiment moves it to ./stop.away (to run it instead, begin again, and write it after the program that runs it, as in: sh ./stop)", `{"src": "./stop", "dst": "./stop.away"}`, nil},
		{5, "./stop", `a command, word by word: "./stop"`, `"path": "./stop", "timeout": 30}`, nil},
		{4, "", "the proof: price.txt is gone", `{"type": "probe", "name": "is-away", "tolerance": false, "proof": "throughout", "provider": {"type": "python", "module": "os.path", "func": "exists", "arguments": {"path": "price.txt"}}}`, nil},
		{4, "docker  ps -q", `a command, word by word: "docker", "ps", "-q"; the proof: it ends with exit code 0`, `"tolerance": 0, "proof": "throughout", "provider": {"type": "process", "path": "docker", "arguments": ["ps", "-q"], "timeout": 30}`, nil},
		{4, "not pgrep", `a command, word by word: "pgrep"; the proof: it ends with an exit code other than 0`, `"tolerance": {"type": "range", "target": "status", "range": [1, 255]}, "proof": "throughout", "provider": {"type": "process", "path": "pgrep", "timeout": 30}`, nil},
		{5, "", "", `"rollbacks": [{"type": "action", "name": "put-back", "provider": {"type": "python", "module": "os", "func": "rename", "arguments": {"src": "price.txt.away", "dst": "price.txt"}}}]`, nil},
		{5, "sh -c 'echo ${x} | wc'", `a command, word by word: "sh", "-c", "echo ${x} | wc"`, `"rollbacks": [{"type": "action", "name": "put-back", "tolerance": 0, "provider": {"type": "process", "path": "sh", "arguments": ["-c", "echo ${x} | wc"], "timeout": 30}}]`, nil},
		{5, "docker start web", `a command, word by word: "docker", "start", "web"`, `"method": [{"type": "action", "name": "take-away", "tolerance": 0, "provider": {"type": "process", "path": "docker", "arguments": ["stop", "web"], "timeout": 30}}`, []string{"", "", "docker stop web", "price.txt"}},
	} {
		d, understood, err := answer(t, test.question, test.text, test.before...)
		if err != nil || understood != test.understood {
			t.Errorf("%q: understood %q: %v", test.text, understood, err)
			continue
		}
		for _, a := range usual[test.question:] {
			if _, err := d.Answer(a); err != nil {
				t.Fatal(err)
			}
		}
		if got := value.JSON(d.Experiment()); !strings.Contains(got, test.part) {
			t.Errorf("%q makes\n%s\nwithout\n%s", test.text, got, test.part)
		}
	}
}

// A default is a usual answer, which can also be typed.
func TestDefaults(t *testing.T) {
	d := shop()
	for i, want := range []string{"http://localhost:8080/", "200", "", "price.txt", "move it back"} {
		got := d.Question().Default
		if got != want {
			t.Errorf("question %d: the default is %q", i+1, got)
		}
		if got == "" {
			got = "price.txt"
		}
		if _, err := d.Answer(got); err != nil {
			t.Error(err)
		}
	}
}

func TestSplit(t *testing.T) {
	for command, want := range map[string]string{
		`a  b`:                   `["a", "b"]`,
		`a "b c" 'd  e'f`:        `["a", "b c", "d  ef"]`,
		`a my\ file "say \"x\""`: `["a", "my file", "say \"x\""]`,
		`C:\new\x 'it\'`:         `["C:\\new\\x", "it\\"]`,
		`a b~c http://x/?y#z`:    `["a", "b~c", "http://x/?y#z"]`,
		`a it\'s "x|y" '$(z)'`:   `["a", "it's", "x|y", "$(z)"]`,
	} {
		words, err := split(command)
		if got := value.JSON((step{words: words}).list()); err != nil || got != want {
			t.Errorf("%s: %s, want %s: %v", command, got, want, err)
		}
	}
}

// YAML has the same values as the experiment, also where a text looks like something else.
func TestYAML(t *testing.T) {
	m := value.MapOf("a", "yes", "b", "null", "c", "1:30", "d", "é \"q\" \\ \t", "e", "- x: # y", "f", false, "g", int64(3),
		"list", []any{"on", int64(1), "os.path"}, "deep", []any{value.MapOf("x", value.MapOf("y", "z")), value.MapOf("x", "~")})
	doc, found := document.ParseYAML("x.yaml", []byte(YAML(m)))
	if len(found) > 0 || !value.Equal(doc.Value, m) {
		t.Errorf("%v\n%s", found, YAML(m))
	}
}

// The template explains each of its parts, in lines that a terminal shows.
func TestTemplate(t *testing.T) {
	text := Template()
	for at, comment := range comments {
		first, _, _ := strings.Cut(comment, "\n")
		if !strings.Contains(text, "# "+first) {
			t.Errorf("the comment at %q is not shown", at)
		}
	}
	for line := range strings.Lines(text) {
		if strings.Contains(line, "#") && len(line) > 80 {
			t.Errorf("too long: %s", line)
		}
	}
	doc, found := document.ParseYAML("template.yaml", []byte(text))
	if len(found) > 0 || len(doc.Map().List("rollbacks")) != 1 {
		t.Errorf("%v\n%s", found, text)
	}
}
