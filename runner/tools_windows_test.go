package main_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// There is no sh here, nor what it runs, so the test binary is all of it: it does what the tests ask for, under the
// names of these programs. On Unix the same lines reach the system's own shell.
var tools = map[string]func(args []string, in io.Reader, out io.Writer) error{
	"true":  func([]string, io.Reader, io.Writer) error { return nil },
	"false": func([]string, io.Reader, io.Writer) error { return errors.New("as its name says") },
	"echo": func(args []string, _ io.Reader, out io.Writer) error {
		_, err := fmt.Fprintln(out, strings.Join(args, " "))
		return err
	},
	"printf": func(args []string, _ io.Reader, out io.Writer) error { // with %s alone
		_, err := fmt.Fprint(out, strings.NewReplacer("%s", strings.Join(args[1:], " "), `\n`, "\n").Replace(args[0]))
		return err
	},
	"base64": func(_ []string, in io.Reader, out io.Writer) error {
		text, err := io.ReadAll(in)
		fmt.Fprintln(out, base64.StdEncoding.EncodeToString(text))
		return err
	},
	"cut": func(args []string, in io.Reader, out io.Writer) error { // one line, with -dX -fN
		text, err := io.ReadAll(in)
		fields := append(strings.Split(strings.TrimSuffix(string(text), "\n"), args[0][2:]), make([]string, 9)...)
		fmt.Fprintln(out, fields[args[1][2]-'1'])
		return err
	},
	"test":  func(args []string, _ io.Reader, _ io.Writer) error { return test(args) },
	"cat":   cat,
	"grep":  grep,
	"sleep": sleep,
	"kill":  func(args []string, _ io.Reader, _ io.Writer) error { return killAll(args) },
	"ls":    ls,
	"sh":    nil, // see TestMain
	"cp": func(args []string, _ io.Reader, _ io.Writer) error {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		return os.WriteFile(args[1], text, 0o600)
	},
	"mv": func(args []string, _ io.Reader, _ io.Writer) error { return os.Rename(args[0], args[1]) },
	"rm": func(args []string, _ io.Reader, _ io.Writer) (err error) {
		flag, remove := "", os.Remove
		for _, arg := range args {
			switch {
			case strings.HasPrefix(arg, "-"):
				if flag = arg; strings.Contains(flag, "r") {
					remove = os.RemoveAll
				}
			default:
				if e := remove(arg); !strings.Contains(flag, "f") || !os.IsNotExist(e) {
					err = errors.Join(err, e)
				}
			}
		}
		return err
	},
	"mkdir": func(args []string, _ io.Reader, _ io.Writer) error { return os.Mkdir(args[0], 0o700) },
	"touch": func(args []string, _ io.Reader, _ io.Writer) (err error) {
		for _, arg := range args {
			f, e := os.OpenFile(arg, os.O_CREATE|os.O_WRONLY, 0o600)
			now := time.Now()
			err = errors.Join(err, e, f.Close(), os.Chtimes(arg, now, now))
		}
		return err
	},
}

func test(args []string) error {
	not := args[0] == "!"
	if not {
		args = args[1:]
	}
	holds := false
	switch {
	case args[0] == "-e" || args[0] == "-f":
		holds = exists(args[1])
	case len(args) == 3 && (args[1] == "=" || args[1] == "-eq"):
		holds = args[0] == args[2]
	}
	if holds == not {
		return errors.New("it is not so")
	}
	return nil
}

func cat(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		_, err := io.Copy(out, in)
		return err
	}
	for _, arg := range args {
		text, err := os.ReadFile(arg)
		if err != nil {
			return err
		}
		out.Write(text)
	}
	return nil
}

// grep knows -F, -q, -v and -s.
func grep(args []string, in io.Reader, out io.Writer) error {
	flags := ""
	for strings.HasPrefix(args[0], "-") {
		flags, args = flags+args[0], args[1:]
	}
	form := args[0]
	if strings.Contains(flags, "F") {
		form = regexp.QuoteMeta(form)
	}
	var text bytes.Buffer
	if err := cat(args[1:], in, &text); err != nil {
		return err
	}
	found := false
	for line := range strings.Lines(text.String()) {
		if regexp.MustCompile(form).MatchString(strings.TrimSuffix(line, "\n")) != strings.Contains(flags, "v") {
			found = true
			if !strings.Contains(flags, "q") {
				io.WriteString(out, line)
			}
		}
	}
	if !found {
		return errors.New("nothing is found")
	}
	return nil
}

func ls(args []string, _ io.Reader, out io.Writer) (err error) {
	for _, arg := range args {
		if entries, e := os.ReadDir(arg); e == nil {
			for _, entry := range entries {
				fmt.Fprintln(out, entry.Name())
			}
		} else if _, e := os.Stat(arg); e != nil {
			err = errors.Join(err, e)
		} else {
			fmt.Fprintln(out, arg)
		}
	}
	return err
}

func sleep(args []string, _ io.Reader, _ io.Writer) error {
	seconds, err := strconv.ParseFloat(args[0], 64)
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	return err
}

// killAll knows only -9: there are no signals here.
func killAll(args []string) error {
	if args[0] != "-9" {
		return errors.New("only kill -9 is known here")
	}
	pid, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	return kill(pid)
}
