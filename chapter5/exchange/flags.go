package exchange

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"
)

// settings are what a user can choose on the command line.
type settings struct {
	host     string
	port     int // 0: any free port
	file     string
	interval time.Duration
}

// usage is the help text.
func usage(program string) string {
	return `Usage: ` + program + ` [flags]

Answers every request with the contents of the exchange file, and updates
the file in the background. Ctrl-C stops it.

Flags:
  --port PORT       the port to listen on; 0 for any free one (default 8080)
  --host HOST       the address to listen on (default 127.0.0.1, this machine
                    only)
  --file PATH       the exchange file (default ./exchange.dat)
  --interval TIME   the time between two updates of the file, such as 500ms,
                    10s or 1h (default 10s)
  --help            show this text
`
}

// parse reads the command line without the program's name. Its error is
// flag.ErrHelp when help is requested; otherwise it says which flag is wrong,
// and why.
func parse(args []string) (chosen settings, err error) {
	chosen = settings{host: "127.0.0.1", port: 8080, file: "./exchange.dat", interval: 10 * time.Second}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Run prints errors and help
	flags.Func("port", "", func(text string) error {
		port, err := strconv.ParseUint(text, 10, 16)
		chosen.port = int(port)
		return unless(err == nil, "must be a number from 0 to 65535")
	})
	for name, into := range map[string]*string{"host": &chosen.host, "file": &chosen.file} {
		flags.Func(name, "", func(text string) error {
			*into = text
			return unless(text != "", "must not be empty")
		})
	}
	flags.Func("interval", "", func(text string) (err error) {
		chosen.interval, err = time.ParseDuration(text)
		return unless(err == nil && chosen.interval > 0, "must be more than zero and have a unit, such as 500ms, 10s or 1h")
	})
	if err := flags.Parse(args); err != nil {
		return chosen, err
	}
	if flags.NArg() > 0 {
		return chosen, fmt.Errorf("unexpected argument %q: there are only flags", flags.Arg(0))
	}
	return chosen, nil
}

// unless is the error of a flag whose value is not good.
func unless(good bool, why string) error {
	if good {
		return nil
	}
	return errors.New(why)
}
