//go:build unix

package main_test

import (
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/rehearsal"
)

// TestInstructorPage compares the steps of the page with those of make rehearse, and adds up the
// minutes of the cuts. It does not mind what the clock has measured.
func TestInstructorPage(t *testing.T) {
	project := copyOfProject(t)
	r, err := rehearsal.Open(project, "go", "", nil, 80)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	page := readPage(t, rehearsal.Page)
	var rows, sections []string
	for _, row := range regexp.MustCompile(`(?m)^\| \[([a-z0-9 -]+)\]\(#([a-z0-9-]+)\) \| \d+\.\d s \| \d+\.\d s \|`).FindAllStringSubmatch(page, -1) {
		rows = append(rows, row[1])
	}
	for _, section := range strings.Split(page, "\n### ")[1:] {
		name, text, _ := strings.Cut(section, "\n")
		sections = append(sections, name)
		text, _, _ = strings.Cut(text, "\n## ")
		var parts []string
		for _, part := range regexp.MustCompile(`(?m)^- \*\*(\w[\w ]*)\*\*: \S`).FindAllStringSubmatch(text, -1) {
			parts = append(parts, part[1])
		}
		if want := []string{"Goal", "Question", "Answer", "Wrong idea", "Late", "Fails"}; !slices.Equal(parts, want) {
			t.Errorf("%s has the parts %q, want %q", name, parts, want)
		}
	}
	if want := r.Steps(); !slices.Equal(rows, want) || !slices.Equal(sections, want) {
		t.Errorf("rehearse has the steps\n%q, the table\n%q, and the sections\n%q", want, rows, sections)
	}
	cuts(t, page)
}

// cuts adds up the minutes of each cut.
func cuts(t *testing.T, page string) {
	t.Helper()
	limits, sums := []int{30, 60, 90}, make([]int, 3)
	for _, row := range regexp.MustCompile(`(?m)^\|[^|]*\|[^|]*\|[^|]*\| (\d+) min \|([^|]*)\|([^|]*)\|([^|]*)\|$`).FindAllStringSubmatch(page, -1) {
		minutes, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		for i, mark := range row[2:] {
			switch strings.TrimSpace(mark) {
			case "x":
				sums[i] += minutes
			case "":
			default:
				t.Errorf("a cut has a step or not, and this row says %q: %s", mark, row[0])
			}
		}
	}
	total := regexp.MustCompile(`(?m)^\| together \| \| \| \| (\d+) min \| (\d+) min \| (\d+) min \|$`).FindStringSubmatch(page)
	if total == nil {
		t.Fatal("the table has no last row, together")
	}
	for i, limit := range limits {
		if sums[i] == 0 || sums[i] > limit || total[i+1] != strconv.Itoa(sums[i]) {
			t.Errorf("the steps of %d minutes take %d, and the page says %s", limit, sums[i], total[i+1])
		}
	}
}

// TestHandout compares the printed page with the README and the picture of the loop. Nothing in
// it comes from elsewhere, and nothing in it runs.
func TestHandout(t *testing.T) {
	page, readme := readPage(t, "docs/handout.html"), readPage(t, "README.md")
	words := func(form, text string) (all []string) {
		for _, row := range regexp.MustCompile(form).FindAllStringSubmatch(text, -1) {
			all = append(all, row[1]+": "+html.UnescapeString(row[2]))
		}
		return all
	}
	_, table, _ := strings.Cut(readme, "\n## Twelve words\n")
	want := words(`(?m)^\| ([a-z -]+) \| (.*) \|$`, table)[1:] // the first row has the titles
	if got := words(`<tr><th>([^<]*)</th><td>([^<]*)</td></tr>`, page); len(want) != 12 || !slices.Equal(got, want) {
		t.Errorf("the README has the words\n%s\nand the page\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
	if !strings.Contains(page, strings.TrimSpace(readPage(t, "docs/loop.svg"))) {
		t.Error("the picture is not that of docs/loop.svg")
	}
	outside := regexp.MustCompile(`(?i)<script|\son\w+=|<link|<img|@import|url\((?:[^#)]|#[^t])|https?:`)
	for _, found := range outside.FindAllString(strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, ""), -1) {
		t.Errorf("the page has %q in it", found)
	}
}

// TestHandoutIsOnePage prints it, where there is a browser for it.
func TestHandoutIsOnePage(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed; print docs/handout.html by hand if you have changed it")
	}
	page := readPage(t, "docs/handout.html")
	for _, paper := range []string{"A4", "Letter"} {
		folder := t.TempDir()
		source, printed := filepath.Join(folder, "page.html"), filepath.Join(folder, "page.pdf")
		sized := strings.Replace(page, "@page { margin", "@page { size: "+paper+"; margin", 1)
		if sized == page {
			t.Fatal("the page does not set its margin")
		}
		if err := os.WriteFile(source, []byte(sized), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
			"--user-data-dir="+filepath.Join(folder, "profile"), "--print-to-pdf="+printed, "file://"+source)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		pdf, err := os.ReadFile(printed)
		if err != nil {
			t.Fatal(err)
		}
		if count := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); count != 1 {
			t.Errorf("on %s, it takes %d pages", paper, count)
		}
	}
}
