package conformance

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func (p program) arguments(c *Case, url string) []string {
	args := []string{c.Command}
	settings := []string{"--settings", c.Settings}
	if p.toolkit {
		if c.Settings == "" {
			settings[1] = "no-settings.yaml"
		}
		args = append([]string{"--no-version-check", "--no-log-file"}, settings...)
		args = append(args, c.Command)
	} else if c.Settings != "" {
		args = append(args, settings...)
	}
	if c.Command == "run" && !slices.Contains(c.Args, "--journal-path") {
		args = append(args, "--journal-path", "journal.json")
	}
	for _, arg := range append(c.Args[:len(c.Args):len(c.Args)], c.Source) {
		if arg != "-" { // for a command without an experiment
			args = append(args, fillIn(arg, url))
		}
	}
	return args
}

// fillIn puts the server's address in the place of its markers.
func fillIn(text, url string) string {
	host := strings.TrimPrefix(url, "http://")
	return strings.NewReplacer("SERVER_HOST", host, "http://SERVER", url).Replace(text)
}

func (c *Case) journal() string {
	if i := slices.Index(c.Args, "--journal-path"); i >= 0 && i+1 < len(c.Args) {
		return c.Args[i+1]
	}
	return "journal.json"
}

// environment is small and the same everywhere.
func environment(c *Case, folder, url string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TZ=UTC", "LANG=C.UTF-8", "LC_ALL=C.UTF-8",
		"PYTHONDONTWRITEBYTECODE=1", "NO_COLOR=1", "SERVER=" + url,
	}
	if root := os.Getenv("SYSTEMROOT"); root != "" {
		env = append(env, "SYSTEMROOT="+root)
	}
	for _, pair := range c.Env {
		env = append(env, fillIn(pair, url))
	}
	return env
}

// unpack writes the files of the case into a new folder, and returns its name
// without symbolic links, as a program sees it.
func (c *Case) unpack(folder, url string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return "", err
	}
	for _, file := range c.Files {
		path := filepath.Join(folder, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		data := []byte(fillIn(string(file.Data), url))
		if file.Name == c.BOM {
			data = append([]byte("\ufeff"), data...)
		}
		if err := os.WriteFile(path, data, 0o755); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// withChaoslib lets Python find the few names of the toolkit's own library that
// extensions import, for a program that does not bring the library along.
func withChaoslib(c *Case, env []string) []string {
	stand, err := filepath.Abs(filepath.Join("testdata", "python"))
	if err != nil || !strings.Contains(c.Needs, "chaoslib") {
		return env
	}
	path := "PYTHONPATH=" + stand
	for _, pair := range c.Env {
		if own, ok := strings.CutPrefix(pair, "PYTHONPATH="); ok {
			path = "PYTHONPATH=" + own + string(os.PathListSeparator) + stand
		}
	}
	return append(env, path)
}
