// Bench measures the kit against yardsticks: programs that do the same work and
// nothing else. It prints a table and exits 0 when every limit holds, 1 when one
// does not or something could not be measured, and 2 for a wrong command line.
//
// It belongs to no module and needs the standard library alone. Go takes such a
// program by the names of its files, inside and outside of a workspace, but
// "go run" does not pass over the tests among them; "go build" does. So, from
// the repository's root:
//
//	go build -o FOLDER/bench scripts/bench/*.go && FOLDER/bench
//	go test scripts/bench/*.go
//
// and in a Makefile also:
//
//	go run $(filter-out %_test.go,$(wildcard scripts/bench/*.go))
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, forget := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := bench(ctx, os.Args[1:])
	forget()
	os.Exit(code)
}

func bench(ctx context.Context, args []string) int {
	chosen, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2 // the flags have said why
	}
	rows, err := measure(ctx, chosen)
	fmt.Print(table(rows))
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		return 1
	}
	line, hold := conclusion(rows)
	fmt.Println("\n" + line)
	if !hold {
		return 1
	}
	return 0
}

// measure builds the programs, starts the services, and makes one comparison
// after the other. It returns the rows that are done, whatever happens.
func measure(ctx context.Context, chosen settings) (rows []row, err error) {
	b, err := open(ctx, chosen.out)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	for _, name := range names {
		if !chosen.wants(name) {
			continue
		}
		c, err := b.comparison(name, chosen.pairs)
		if errors.Is(err, errNotHere) {
			say("%s: left out, %v", name, err)
			continue
		}
		if err != nil {
			return rows, fmt.Errorf("%s: %w", name, err)
		}
		r, err := c.compare(ctx)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", name, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}
