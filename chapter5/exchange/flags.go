package exchange

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"
)

// usage is the help text.
func usage(program string) string {
	return `Usage: ` + program + ` [flags]

Answers every request with the contents of the exchange file, and updates
the file in the background. Ctrl-C stops it.

Flags:
  --port PORT       the port to listen on; 0 for any free one (default 8080)
  --host HOST       the address to listen on (default localhost: both addresses
                    of this computer, 127.0.0.1 and ::1)
  --file PATH       the exchange file (default ./exchange.dat)
  --interval TIME   time between two updates, such as 500ms or 1h (default 10s)
  --check PORT      end with 0 if a service answers on this port, else with 1
`
}

// parse reads the command line without the program's name. Its error is flag.ErrHelp
// when help is requested; otherwise it says which flag is wrong, and why.
func parse(args []string) (*Service, error) {
	s := &Service{port: 8080, Interval: 10 * time.Second}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Open prints errors and help
	flags.Func("check", "", check)
	flags.StringVar(&s.host, "host", "localhost", "")
	flags.StringVar(&s.File, "file", "./exchange.dat", "")
	flags.Func("port", "", func(text string) error {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return errors.New("must be a number from 0 to 65535")
		}
		s.port = int(port)
		return nil
	})
	flags.Func("interval", "", func(text string) (err error) {
		s.Interval, err = time.ParseDuration(text)
		if err != nil || s.Interval <= 0 {
			return errors.New("must be more than zero and have a unit, such as 500ms, 10s or 1h")
		}
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case s.host == "" || s.File == "":
		return nil, errors.New("--host and --file must not be empty")
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q: there are only flags", flags.Arg(0))
	}
	return s, nil
}
