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
	listener := occupy(t, "127.0.0.1")
	listener.Close()
	return portOf(listener)
}

// occupy listens on a port at this address.
func occupy(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func portOf(listener net.Listener) string {
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// loopbacks are the addresses that the name localhost has on this computer.
func loopbacks(t *testing.T) []string {
	t.Helper()
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Log("this computer has no IPv6")
		return []string{"127.0.0.1"}
	}
	listener.Close()
	return []string{"127.0.0.1", "::1"}
}

func TestItListensOnBothLoopbacks(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		s := start(t, program)
		for _, address := range loopbacks(t) {
			s.url = "http://" + net.JoinHostPort(address, s.port) + "/"
			if status, _, body := s.get(t); status != 200 || !dateTime.MatchString(body) {
				t.Errorf("%s: %d, %q", s.url, status, body)
			}
		}
	})
}

// With a host it listens there, and nowhere else.
func TestItListensOnTheHostAlone(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		cmd := command(t, program, "--port", "0", "--host", "127.0.0.1")
		port := listeningPort(t, launch(t, cmd).await(t, "listening on port"))
		if conn, err := net.Dial("tcp", "[::1]:"+port); err == nil {
			conn.Close()
			t.Error("it listens on ::1 too")
		}
	})
}

// A port that is taken at either address is told in the words of who started it.
func TestATakenPort(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		in := ""
		if inPython(program) {
			in = " IN=python"
		}
		for _, address := range loopbacks(t) {
			taken := portOf(occupy(t, address))
			says := "port " + taken + " is in use by another program; choose another"
			for typed, advice := range map[string]string{
				"":                     " with --port 9090",
				"make start-weak" + in: ": make start-weak" + in + " PORT=9090, then make experiment" + in + " PORT=9090",
			} {
				cmd := command(t, program, "--port", taken)
				cmd.Env = append(cmd.Env, "EXCHANGE_STARTED_BY="+typed)
				out, err := cmd.CombinedOutput()
				if _, line, _ := strings.Cut(string(out), " "); (err == nil) != (typed != "") || line != says+advice+"\n" {
					t.Errorf("%s, typed %q: %v\n got %swant %s%s", address, typed, err, line, says, advice)
				}
				mustHold(t, cmd.Dir)
			}
		}
	})
}

// Both forms of a flag count, and any unit of time.
func TestFlags(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		t.Parallel()
		for args, want := range map[string]string{
			"--port=0 --file ./a=b --interval 1m30s":  "will update the exchange file ./a=b every 1m30s",
			"-port 0 -interval=100ms -host=127.0.0.1": "will update the exchange file ./exchange.dat every 100ms",
		} {
			s := launch(t, command(t, program, strings.Fields(args)...))
			s.await(t, want)
			s.await(t, "listening on port ")
		}
	})
}

func TestWhatKeepsAServiceFromStarting(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		for _, test := range []struct {
			args []string
			code int
			want string // the beginning of its only line, or of the first when the usage follows
		}{
			{[]string{"--host", "192.0.2.1", "--port", "0"}, 1, "cannot listen on port 0 of 192.0.2.1: "},
			{[]string{"--port", "0", "--file", "no/exchange.dat"}, 1, "cannot write the exchange file: open no/exchange.dat: "},
			{[]string{"--port", "0", "--file", "."}, 1, "cannot write the exchange file: open .: "},
			{[]string{"--port", "0", "--file", os.DevNull}, 1, "cannot write the exchange file: " + os.DevNull + " is no ordinary file"},
			{[]string{"--port", "x"}, 2, `invalid value "x" for flag -port: must be a number from 0 to 65535`},
			{[]string{"--port", "65536"}, 2, `invalid value "65536" for flag -port: `},
			{[]string{"--port"}, 2, "flag needs an argument: -port"},
			{[]string{"--host", ""}, 2, "--host and --file must not be empty"},
			{[]string{"--file", ""}, 2, "--host and --file must not be empty"},
			{[]string{"--interval", "0s"}, 2, `invalid value "0s" for flag -interval: must be more than zero`},
			{[]string{"--interval", "-1s"}, 2, `invalid value "-1s" for flag -interval: must be more than zero`},
			{[]string{"--interval", "10"}, 2, `invalid value "10" for flag -interval: must be more than zero and have a unit, such as 500ms`},
			{[]string{"--prot", "1"}, 2, "flag provided but not defined: -prot"},
			{[]string{"8081"}, 2, `unexpected argument "8081"`},
		} {
			t.Run(strings.Join(test.args, " "), func(t *testing.T) {
				t.Parallel()
				cmd := command(t, program, test.args...)
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
				if followed := strings.HasPrefix(rest, "\nUsage: "+program+" [flags]\n"); followed != (test.code == 2) || (rest == "") == followed {
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
	})
}

func TestHelpIsUsefulAndASuccess(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		cmd := command(t, program, "--help")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		stdout, err := cmd.Output()
		if err != nil || stderr.Len() > 0 {
			t.Errorf("%v, and on standard error: %q", err, &stderr)
		}
		for _, want := range []string{
			"Usage: " + program + " [flags]\n", "--port PORT ", "(default 8080)", "--host HOST ", "(default localhost",
			"--file PATH ", "(default ./exchange.dat)", "--interval TIME ", "(default 10s)", "Ctrl-C",
		} {
			if !strings.Contains(string(stdout), want) {
				t.Errorf("the help of %s does not contain %q", program, want)
			}
		}
	})
}

// A second service must not heal the fault that an experiment does to the first.
func TestATakenPortLeavesTheFileAlone(t *testing.T) {
	each(t, resilient, func(t *testing.T, program string) {
		first := start(t, program, "--interval", "1h")
		first.lose(t)
		second := command(t, program, "--port", first.port, "--file", first.file)
		if err := second.Run(); err == nil || second.ProcessState.ExitCode() != 1 {
			t.Errorf("the second ended with %v", err)
		}
		if status, _, _ := first.get(t); status != 503 {
			t.Errorf("the first answers %d", status)
		}
		if left, _ := filepath.Glob(first.file + "*"); len(left) != 1 {
			t.Errorf("left are %q", left)
		}
	})
}
