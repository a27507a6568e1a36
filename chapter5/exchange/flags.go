package exchange

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"
)

// settings is what a user can choose on the command line.
type settings struct {
	host     string
	port     int // 0 is any free port
	file     string
	interval time.Duration
}

func usage(program string) string {
	return `Usage: ` + program + ` [flags]

Answers every request with the contents of the exchange file, which it
writes anew in the background. Ctrl-C stops it.

Flags:
  --port PORT       the port to listen on; 0 for any free one (default 8080)
  --host HOST       the address to listen on (default 127.0.0.1, this machine
                    only)
  --file PATH       the exchange file (default ./exchange.dat)
  --interval TIME   how long to wait before writing the file anew, such as
                    500ms, 10s or 1h (default 10s)
  --help            show this text
`
}

// parse reads the command line without the program's name. Its error is
// flag.ErrHelp when help is asked for, or says which flag is wrong, and why.
func parse(args []string) (settings, error) {
	chosen := settings{host: "127.0.0.1", port: 8080, file: "./exchange.dat", interval: 10 * time.Second}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Run says it, in its own way
	define(flags, "port", &chosen.port, parsePort)
	define(flags, "host", &chosen.host, parseText)
	define(flags, "file", &chosen.file, parseText)
	define(flags, "interval", &chosen.interval, parseInterval)

	if err := flags.Parse(args); err != nil {
		return chosen, err
	}
	if flags.NArg() > 0 {
		return chosen, fmt.Errorf("unexpected argument %q: there are only flags", flags.Arg(0))
	}
	return chosen, nil
}

func define[T any](flags *flag.FlagSet, name string, into *T, parse func(string) (T, error)) {
	flags.Func(name, "", func(text string) error {
		value, err := parse(text)
		if err == nil {
			*into = value
		}
		return err
	})
}

func parsePort(text string) (int, error) {
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, errors.New("must be a number from 0 to 65535")
	}
	return int(port), nil
}

func parseText(text string) (string, error) {
	if text == "" {
		return "", errors.New("must not be empty")
	}
	return text, nil
}

func parseInterval(text string) (time.Duration, error) {
	interval, err := time.ParseDuration(text)
	if err != nil || interval <= 0 {
		return 0, errors.New("must be more than zero and have a unit, such as 500ms, 10s or 1h")
	}
	return interval, nil
}
