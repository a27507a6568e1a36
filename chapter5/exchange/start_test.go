package exchange_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func freePort(t *testing.T) string {
	t.Helper()
	listener := occupy(t)
	listener.Close()
	return portOf(listener)
}

func occupy(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func portOf(listener net.Listener) string {
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

func TestWhatKeepsAServiceFromStarting(t *testing.T) {
	taken := portOf(occupy(t))
	for _, test := range []struct {
		args []string
		code int
		want string // the beginning of its only line, or of the first when the usage follows
	}{
		{[]string{"--port", taken}, 1, "port " + taken + " is in use by another program; choose another with --port"},
		{[]string{"--host", "192.0.2.1", "--port", "0"}, 1, "cannot listen on port 0 of 192.0.2.1: "},
		{[]string{"--port", "0", "--file", "no/exchange.dat"}, 1, "cannot write the exchange file no/exchange.dat: "},
		{[]string{"--port", "0", "--file", "."}, 1, "cannot write the exchange file .: a folder has its name; "},
		{[]string{"--port", "x"}, 2, `invalid value "x" for flag -port: must be a number from 0 to 65535`},
		{[]string{"--port", "65536"}, 2, `invalid value "65536" for flag -port: `},
		{[]string{"--port"}, 2, "flag needs an argument: -port"},
		{[]string{"--host", ""}, 2, `invalid value "" for flag -host: must not be empty`},
		{[]string{"--file", ""}, 2, `invalid value "" for flag -file: must not be empty`},
		{[]string{"--interval", "0s"}, 2, `invalid value "0s" for flag -interval: must be more than zero`},
		{[]string{"--interval", "-1s"}, 2, `invalid value "-1s" for flag -interval: must be more than zero`},
		{[]string{"--interval", "10"}, 2, `invalid value "10" for flag -interval: must be more than zero and have a unit, such as 500ms`},
		{[]string{"--prot", "1"}, 2, "flag provided but not defined: -prot"},
		{[]string{"8081"}, 2, `unexpected argument "8081"`},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			t.Parallel()
			cmd := command(t, "service", test.args...)
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			cmd.Run()
			if got := cmd.ProcessState.ExitCode(); got != test.code {
				t.Errorf("exit code %d, want %d", got, test.code)
			}
			line, rest, _ := strings.Cut(stderr.String(), "\n")
			_, said, _ := strings.Cut(line, " ") // without the time, or the program's name
			if !strings.HasPrefix(said, test.want) {
				t.Errorf("it says %q, want %q", said, test.want)
			}
			if followed := strings.HasPrefix(rest, "\nUsage: service [flags]\n"); followed != (test.code == 2) || (rest == "") == followed {
				t.Errorf("after its first line it says %q", rest)
			}
			if stdout.Len() > 0 {
				t.Errorf("on standard output: %q", &stdout)
			}
			left, err := os.ReadDir(cmd.Dir)
			if err != nil || len(left) > 0 {
				t.Errorf("it leaves %v, %v", left, err)
			}
		})
	}
}

func TestHelpIsUsefulAndASuccess(t *testing.T) {
	for _, program := range both {
		cmd := command(t, program, "--help")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		stdout, err := cmd.Output()
		if err != nil || stderr.Len() > 0 {
			t.Errorf("%v, and on standard error: %q", err, &stderr)
		}
		for _, want := range []string{
			"Usage: " + program + " [flags]\n", "--port PORT ", "(default 8080)", "--host HOST ", "(default 127.0.0.1",
			"--file PATH ", "(default ./exchange.dat)", "--interval TIME ", "(default 10s)", "Ctrl-C",
		} {
			if !strings.Contains(string(stdout), want) {
				t.Errorf("the help of %s does not contain %q", program, want)
			}
		}
	}
}

// A second service must not heal the fault that an experiment does to the first.
func TestATakenPortLeavesTheFileAlone(t *testing.T) {
	first := start(t, "resilient-service", "--interval", "1h")
	first.lose(t)
	second := command(t, "resilient-service", "--port", portIn(first.url), "--file", first.file)
	if err := second.Run(); err == nil || second.ProcessState.ExitCode() != 1 {
		t.Errorf("the second ended with %v", err)
	}
	if status, _, _ := first.get(t); status != 503 {
		t.Errorf("the first answers %d", status)
	}
	if left, _ := filepath.Glob(first.file + "*"); len(left) != 1 {
		t.Errorf("left are %q", left)
	}
}

func portIn(url string) string {
	return strings.TrimSuffix(strings.TrimPrefix(url, "http://127.0.0.1:"), "/")
}
