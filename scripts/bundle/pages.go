package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// first is the page to begin with. It is the README, with other words on how to get the kit.
const first = "START.html"

//go:embed files/start.md
var start string

//go:embed files/page.html
var form string

// pages writes the README and every page to which links lead from it, as HTML.
func (b *bundle) pages() error {
	queue := []string{"README.md"}
	known := map[string]bool{}
	for len(queue) > 0 {
		file := queue[0]
		if queue = queue[1:]; known[file] {
			continue
		}
		known[file] = true
		linked, err := b.page(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		queue = append(queue, linked...)
	}
	return checkLinks(b.stage)
}

// placeOf is where a file of the commit is in the bundle.
func placeOf(file string) string {
	if file == "README.md" {
		return first
	}
	if name, is := strings.CutSuffix(file, ".md"); is {
		return name + ".html"
	}
	return file
}

// page writes one page, and returns the files to which it links. What is no page is copied.
func (b *bundle) page(file string) (linked []string, err error) {
	source, err := os.ReadFile(filepath.Join(b.source, filepath.FromSlash(file)))
	if err != nil {
		return nil, err
	}
	written := source
	switch path.Ext(file) {
	case ".md":
		shown := string(source)
		if file == "README.md" {
			shown = inBundle(shown)
		}
		if shown, err = reworded(file, shown); err != nil {
			return nil, err
		}
		if written, linked, err = render(file, typed(shown)); err != nil {
			return nil, err
		}
	case ".html":
		written = []byte(typed(string(source)))
	}
	return linked, write(filepath.Join(b.stage, filepath.FromSlash(placeOf(file))), written, 0o644)
}

// inBundle is the README for who has the bundle: it has neither make nor the sources of the runner.
func inBundle(readme string) string {
	var kept strings.Builder
	for _, section := range regexp.MustCompile(`(?m)^##`).Split(readme, -1) {
		title, _, _ := strings.Cut(section, "\n")
		switch strings.TrimSpace(strings.TrimLeft(title, "#")) {
		case "Get it":
			kept.WriteString(start + "\n")
		case "Windows": // here the two columns are for Linux and for Windows
			_, table, _ := strings.Cut(section, "|---|---|\n")
			kept.WriteString("### Windows\n\n| Linux, macOS | Windows |\n|---|---|\n" + table)
		case "For developers":
		default:
			if kept.Len() > 0 {
				kept.WriteString("##")
			}
			kept.WriteString(section)
		}
	}
	return kept.String()
}

// others are passages of pages that are not so in the bundle, and what stands there instead.
var others = []struct {
	file    string
	passage *regexp.Regexp
	instead string
}{
	{"README.md", regexp.MustCompile(`(?s)No Go, but Python\? .*?\(The runner itself [^)]*\)`), "No Go, but Python? The same two services are there in Python (3.9 or newer), and so are exercises 1, 3, 5 and 6: `./runner demo weak-python resilient-python`, " +
		"`./runner diff weak-python`, `./runner exercise --in python`, `./runner reset weak-python`. The file to repair is `chapter5/python/service.py`."},
	{"README.md", regexp.MustCompile("(?m)^\\| `dial tcp`.*\n"), ""},
	{"README.md", regexp.MustCompile(`(?m)^\| any other problem \|.*`), "| any other problem | unpack the zip once more, into another folder |"},
	{"docs/containers.md", regexp.MustCompile(`(?m)\A# .*\n`), "$0" + notHere},
	{"docs/kubernetes.md", regexp.MustCompile(`(?m)\A# .*\n`), "$0" + notHere},
}

const notHere = "\n**Not in this folder:** this page needs the whole project, with make, its scripts and Go. It is here to read.\n"

// reworded is a page with what is so in the bundle. A passage that is not there any more is an error.
func reworded(file, shown string) (string, error) {
	for _, other := range others {
		if other.file != file {
			continue
		}
		if !other.passage.MatchString(shown) {
			return "", fmt.Errorf("there is no passage %s", other.passage)
		}
		shown = other.passage.ReplaceAllString(shown, other.instead)
	}
	return shown, nil
}

// render makes HTML of a page in Markdown, and finds the files of the project to which it links.
func render(file, markdown string) (written []byte, linked []string, err error) {
	m := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	source := []byte(markdown)
	tree := m.Parser().Parse(text.NewReader(source), parser.WithContext(parser.NewContext(parser.WithIDs(anchors{}))))
	title := ""
	ast.Walk(tree, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		var to *[]byte
		switch node := node.(type) {
		case *ast.Heading:
			if entering && title == "" {
				title = string(node.Lines().Value(source))
			}
		case *ast.Link:
			to = &node.Destination
		case *ast.Image:
			to = &node.Destination
		}
		if entering && to != nil {
			if target, is := local(file, string(*to)); is {
				linked = append(linked, target)
				*to = []byte(moved(file, string(*to)))
			}
		}
		return ast.WalkContinue, nil
	})
	var body, whole bytes.Buffer
	if err := m.Renderer().Render(&body, source, tree); err != nil {
		return nil, nil, err
	}
	err = template.Must(template.New("page").Parse(form)).Execute(&whole, map[string]any{"Title": title, "Body": template.HTML(body.String()), "Start": up(file) + first, "IsStart": file == "README.md"})
	return whole.Bytes(), linked, err
}

// local is the file of the project to which a link on a page leads.
func local(file, link string) (target string, is bool) {
	u, err := url.Parse(link)
	if err != nil || u.IsAbs() || u.Path == "" {
		return "", false
	}
	return path.Join(path.Dir(file), u.Path), true
}

// moved is a link as the page in the bundle has it.
func moved(file, link string) string {
	target, _ := local(file, link)
	_, fragment, has := strings.Cut(link, "#")
	if link = up(file) + placeOf(target); path.Dir(target) == path.Dir(file) {
		link = path.Base(placeOf(target))
	}
	if has {
		link += "#" + fragment
	}
	return link
}

// up is the way from a page to the folder of the bundle.
func up(file string) string { return strings.Repeat("../", strings.Count(file, "/")) }

// anchors names the headings as GitHub does.
type anchors map[string]int

// Generate is the name of one heading, of its text.
func (a anchors) Generate(title []byte, _ ast.NodeKind) []byte {
	name := strings.ToLower(strings.TrimSpace(string(title)))
	name = strings.ReplaceAll(regexp.MustCompile(`[^\p{L}\p{N}\s_-]`).ReplaceAllString(name, ""), " ", "-")
	a[name]++
	if a[name] > 1 {
		name = fmt.Sprintf("%s-%d", name, a[name]-1)
	}
	return []byte(name)
}

// Put is there for goldmark.
func (a anchors) Put([]byte) {}

// checkLinks is an error where a link of a page leads nowhere.
func checkLinks(folder string) error {
	all, err := entries(folder, "")
	if err != nil {
		return err
	}
	texts := map[string]string{} // of the files
	for _, e := range all {
		texts[e.name] = ""
		if path.Ext(e.name) == ".html" {
			text, err := os.ReadFile(e.path)
			if err != nil {
				return err
			}
			texts[e.name] = string(text)
		}
	}
	var dead []string
	for name, text := range texts {
		for _, found := range regexp.MustCompile(`\b(?:href|src)="([^"]*)"`).FindAllStringSubmatch(text, -1) {
			u, err := url.Parse(found[1])
			if err == nil && u.IsAbs() {
				continue
			}
			target := name
			if err == nil && u.Path != "" {
				target = path.Join(path.Dir(name), u.Path)
			}
			there, is := texts[target]
			if err != nil || !is || u.Fragment != "" && !strings.Contains(there, `id="`+u.Fragment+`"`) {
				dead = append(dead, name+" links to "+found[1])
			}
		}
	}
	if len(dead) > 0 {
		slices.Sort(dead)
		return fmt.Errorf("links that lead nowhere:\n%s", strings.Join(dead, "\n"))
	}
	return nil
}
