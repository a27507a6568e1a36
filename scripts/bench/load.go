package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

const (
	connections = 4
	requests    = 1_000 // over each connection
)

// throughput compares how many requests the lesson's service answers with how
// many a bare handler does that reads the same file.
func (b *workbench) throughput() comparison {
	return comparison{
		what: "requests to chapter5/service", unit: perSecond, limit: limit{least: 0.9},
		ours: loaded(b.service), yardstick: loaded(b.bare),
	}
}

// loaded measures the requests in a second that a server answers over
// connections that are kept.
func loaded(s *server) measurement {
	return func(ctx context.Context) (float64, error) {
		var clients []*client
		for range connections {
			c, err := dial(ctx, s.address)
			if err != nil {
				return 0, err
			}
			defer c.conn.Close()
			clients = append(clients, c)
		}
		start := time.Now()
		failures := make([]error, connections)
		var working sync.WaitGroup
		for i, c := range clients {
			working.Go(func() { failures[i] = c.ask(requests) })
		}
		working.Wait()
		return connections * requests / time.Since(start).Seconds(), errors.Join(failures...)
	}
}

// client knows as little of HTTP as will do: net/http's costs more than the
// server's answer, and would hide what the server costs.
type client struct {
	conn    net.Conn
	answers *bufio.Reader
	request []byte
}

func dial(ctx context.Context, address string) (*client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	return &client{conn, bufio.NewReader(conn), []byte("GET / HTTP/1.1\r\nHost: " + address + "\r\n\r\n")}, nil
}

func (c *client) ask(times int) error {
	for range times {
		if _, err := c.conn.Write(c.request); err != nil {
			return err
		}
		if err := c.hear(); err != nil {
			return err
		}
	}
	return nil
}

// hear reads one answer, which has to be 200 and has to have a body.
func (c *client) hear() error {
	line, err := c.answers.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("the answer begins with %q", line)
	}
	length := 0
	for len(bytes.TrimSpace(line)) > 0 {
		if line, err = c.answers.ReadSlice('\n'); err != nil {
			return err
		}
		if number, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(number))); err != nil {
				return err
			}
		}
	}
	if length == 0 {
		return errors.New("the answer has no body, or does not say how long it is")
	}
	_, err = io.CopyN(io.Discard, c.answers, int64(length))
	return err
}
