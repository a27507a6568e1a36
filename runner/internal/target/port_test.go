package target

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
)

// freePort is a port that is free, with free ones above it.
func freePort(t *testing.T) int {
	t.Helper()
	port, release, err := Reserve(20000+len(t.Name())*97, false)
	if err != nil {
		t.Fatal(err)
	}
	release()
	return port
}

func TestReserve(t *testing.T) {
	want := freePort(t)
	port, release, err := Reserve(want, true)
	if err != nil || port != want {
		t.Fatalf("got %d, %v", port, err)
	}
	defer release()
	second, releaseSecond, err := Reserve(want, false)
	if err != nil || second <= want || second > want+100 {
		t.Fatalf("the second gets %d, %v", second, err)
	}
	defer releaseSecond()
	_, _, err = Reserve(want, true)
	var p *problem.Problem
	if !errors.As(err, &p) || p.Code != problem.NoVerdict ||
		!strings.Contains(p.What, strconv.Itoa(want)) || !strings.Contains(p.What, "another run") || !strings.Contains(p.Do, "such as ") {
		t.Errorf("asked for by name: %v", err)
	}
	release()
	release()
	if again, releaseAgain, err := Reserve(want, true); err != nil || again != want {
		t.Errorf("after release: %d, %v", again, err)
	} else {
		releaseAgain()
	}
	any, releaseAny, err := Reserve(0, false)
	if err != nil || any == 0 {
		t.Fatalf("any: %d, %v", any, err)
	}
	releaseAny()
	for _, bad := range []int{-1, 65536, 0} {
		if _, _, err := Reserve(bad, true); problem.Code(err) != problem.Usage {
			t.Errorf("%d: %v", bad, err)
		}
	}
}

// TestReserveTaken: a port is taken wherever somebody listens on it.
func TestReserveTaken(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1", "0.0.0.0", "::"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Log(host, "is not there:", err)
			continue
		}
		port := l.Addr().(*net.TCPAddr).Port
		if _, _, err := Reserve(port, true); err == nil || !strings.Contains(err.Error(), "another program listens") {
			t.Errorf("%s: got %v", host, err)
		}
		other, release, err := Reserve(port, false)
		if err != nil || other == port {
			t.Errorf("%s: got %d, %v", host, other, err)
		} else {
			release()
		}
		l.Close()
	}
}

func TestReserveTogether(t *testing.T) {
	preferred := freePort(t)
	var all sync.WaitGroup
	ports := make(chan int, 20)
	for range 20 {
		all.Go(func() {
			port, release, err := Reserve(preferred, false)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(release)
			ports <- port
		})
	}
	all.Wait()
	close(ports)
	seen := make(map[int]bool)
	for port := range ports {
		if seen[port] {
			t.Errorf("port %d was given to two", port)
		}
		seen[port] = true
	}
	if !seen[preferred] {
		t.Errorf("nobody got %d: %v", preferred, seen)
	}
}
