package run

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// source tells whether an answer comes from a program that serves a file: then the body
// has the file's contents. The program may write the file just between its answer and our
// look at it, so ask asks once more, and a third time. Warning is what an exchange service
// says in the header Warning (RFC 7234, code 199) of its answer.
func source(file string, address, output any, ask func() (any, error)) (elsewhere, warning string) {
	folder, _ := os.Getwd()
	name := filepath.Join(filepath.Base(folder), file)
	port := "80"
	if u, err := url.Parse(value.Text(address)); err == nil {
		port = u.Port()
	}
	for range 3 {
		answer, _ := output.(*value.Map)
		contents := head(file)
		switch {
		case contents == "":
			elsewhere = fmt.Sprintf("%s is not there or empty, so nothing shows that the program on port %s serves it", name, port)
		case strings.Contains(value.Text(answer.Value("body")), contents):
			return "", warningOf(answer)
		default:
			elsewhere = fmt.Sprintf("the program on port %s does not serve %s", port, name)
		}
		var err error
		if output, err = ask(); err != nil {
			break
		}
	}
	return elsewhere, ""
}

// head is the beginning of a regular file, as far as it is needed to tell it from others;
// empty where there is none.
func head(file string) string {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	text := make([]byte, 4096)
	n, _ := f.Read(text)
	return strings.TrimSpace(string(text[:n]))
}

// warningOf is the text of the header Warning: 199 agent "text".
func warningOf(answer *value.Map) string {
	code, rest, _ := strings.Cut(answer.Map("headers").Text("Warning"), " ")
	if _, text, _ := strings.Cut(rest, " "); code == "199" {
		return strings.Trim(text, `"`)
	}
	return ""
}
