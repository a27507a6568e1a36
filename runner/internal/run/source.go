package run

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// source tells whether an answer comes from a program that serves a file: then the body
// has the file's contents. The program may write the file just between its answer and our
// look at it, so ask asks once more, and a third time.
func source(file string, address, output any, ask func() (any, error)) (elsewhere string) {
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
			return fmt.Sprintf("%s %v, so nothing shows that the program on port %s serves it", name, err, port)
		case contents == "":
			elsewhere = fmt.Sprintf("%s is empty, so nothing shows that the program on port %s serves it", name, port)
		case body == contents || len(contents) >= 16 && strings.Contains(body, contents): // it is not there by chance
			return ""
		default:
			elsewhere = fmt.Sprintf("the program on port %s does not serve %s", port, name)
		}
		if output, err = ask(); err != nil {
			break
		}
	}
	return elsewhere
}

// head is the beginning of a regular file, as far as it is needed to tell it from others. A fault
// that moves a link leaves the file where it is.
func head(file string) (string, error) {
	info, err := os.Lstat(file)
	switch {
	case err != nil:
		return "", errors.New("is not there")
	case info.Mode()&fs.ModeSymlink != 0, info.Mode().IsRegular() && links(info) > 1:
		return "", errors.New("is a link, or has a second name")
	case !info.Mode().IsRegular():
		return "", errors.New("is not an ordinary file")
	}
	f, err := os.Open(file)
	if err != nil {
		return "", errors.New("cannot be read")
	}
	defer f.Close()
	text := make([]byte, 4096)
	n, _ := f.Read(text)
	return strings.TrimSpace(string(text[:n])), nil
}
