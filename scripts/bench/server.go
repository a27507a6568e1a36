package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// server is a program that answers requests, until its end.
type server struct {
	cmd     *exec.Cmd
	address string
	over    chan struct{} // closed when the program has ended
}

// startService starts one of the lesson's services in a folder. It writes its
// file once and not again before the end.
func (b *workbench) startService(ctx context.Context, name, folder string) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	return b.start(ctx, name, folder, port, "--port", strconv.Itoa(port), "--interval", "10000h")
}

func (b *workbench) startBare(ctx context.Context) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	return b.start(ctx, "server", "load", port, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), "exchange.dat")
}

func (b *workbench) start(ctx context.Context, name, folder string, port int, args ...string) (*server, error) {
	log, err := os.Create(b.at(name + ".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s := &server{
		cmd:     exec.CommandContext(ctx, programIn(b.programs, name), args...),
		address: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
		over:    make(chan struct{}),
	}
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = b.at(folder), log, log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.cmd.Wait() // how it ended says await, which looks into the log
		close(s.over)
	}()
	if err := s.await(); err != nil {
		s.end()
		return nil, fmt.Errorf("%s: %w\n%s", name, err, lastLines(log.Name()))
	}
	return s, nil
}

// await asks until the server has an answer.
func (s *server) await() error {
	deadline := time.After(10 * time.Second)
	for {
		answer, err := http.Get(s.url())
		if err == nil {
			answer.Body.Close()
			return nil
		}
		select {
		case <-s.over:
			return errors.New("ended at once")
		case <-deadline:
			return fmt.Errorf("not ready after 10 s: %w", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (s *server) url() string { return "http://" + s.address + "/" }

func (s *server) port() string {
	_, port, _ := net.SplitHostPort(s.address)
	return port
}

func (s *server) end() {
	s.cmd.Process.Kill() // it may have ended already
	<-s.over
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
