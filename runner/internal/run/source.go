package run

import (
	"errors"
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
	name := file
	if folder, err := os.Getwd(); err == nil && !filepath.IsAbs(file) {
		name = filepath.Join(filepath.Base(folder), file)
	}
	port := "80"
	if u, err := url.Parse(value.Text(address)); err == nil {
		port = u.Port()
	}
	for range 3 {
		answer, _ := output.(*value.Map)
		contents, err := head(file)
		body := strings.TrimSpace(value.Text(answer.Value("body")))
		switch {
		case err != nil:
			return fmt.Sprintf("%s is not there, so nothing shows that the program on port %s serves it", name, port), ""
		case contents == "":
			elsewhere = fmt.Sprintf("%s is empty, so nothing shows that the program on port %s serves it", name, port)
		case body == contents || len(contents) >= telling && strings.Contains(body, contents):
			return "", warningOf(answer)
		default:
			elsewhere = fmt.Sprintf("the program on port %s does not serve %s", port, name)
		}
		if output, err = ask(); err != nil {
			break
		}
	}
	return elsewhere, ""
}

// telling is the length, in bytes, from which on a text is not in an answer by chance.
const telling = 16

// head is the beginning of a regular file, as far as it is needed to tell it from others.
func head(file string) (string, error) {
	info, err := os.Stat(file)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("this is no file")
	}
	if err != nil {
		return "", err
	}
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text := make([]byte, 4096)
	n, _ := f.Read(text)
	return strings.TrimSpace(string(text[:n])), nil
}

// warningOf is the text of the header Warning: 199 agent "text".
func warningOf(answer *value.Map) string {
	code, rest, _ := strings.Cut(answer.Map("headers").Text("Warning"), " ")
	if _, text, _ := strings.Cut(rest, " "); code == "199" {
		return strings.Trim(text, `"`)
	}
	return ""
}
