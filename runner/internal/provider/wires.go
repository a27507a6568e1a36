package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

const idleTime = time.Second

// wires are connections that wait to be used again.
//
// The toolkit connects anew each time. So do we wherever that can make a
// difference: a connection that outlives what a fault took away would tell of the
// time before.
type wires struct {
	mu       sync.Mutex
	idle     map[wireKey][]*wire
	changing int // activities under way that may change the system
	age      int // a wire from before the last change is not used again
}

type wireKey struct{ scheme, host, trust string }

// onlyAsks tells whether an activity leaves the system, and so the connections
// to it, as they are.
func onlyAsks(a *experiment.Activity) bool {
	if a.Type == experiment.Action || a.ProviderType() != "http" {
		return false
	}
	method := methodOf(a)
	return method == http.MethodGet || method == http.MethodHead
}

// change frames what may change the system: whatever is asked while it is under
// way, and afterwards, is asked over new connections.
func (s *wires) change() (done func()) {
	s.shift(+1)
	return func() { s.shift(-1) }
}

func (s *wires) shift(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changing += by
	s.age++
	for _, list := range s.idle {
		for _, w := range list {
			w.expire.Stop()
			w.conn.Close()
		}
	}
	clear(s.idle)
}

// take returns an idle wire, or nil.
func (s *wires) take(key wireKey) *wire {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.idle[key]
	for len(list) > 0 {
		w := list[len(list)-1]
		list = list[:len(list)-1]
		s.idle[key] = list
		if w.expire.Stop() {
			return w
		}
	}
	return nil
}

// put keeps a wire or closes it.
func (s *wires) put(w *wire, reusable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !reusable || s.changing > 0 || w.age != s.age {
		w.conn.Close()
		return
	}
	if w.expire == nil {
		w.expire = time.AfterFunc(idleTime, func() { w.conn.Close() })
	} else {
		w.expire.Reset(idleTime)
	}
	if s.idle == nil {
		s.idle = map[wireKey][]*wire{}
	}
	s.idle[w.key] = append(s.idle[w.key], w)
}

func (s *wires) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.age
}

// connect makes a new wire.
func (s *wires) connect(ctx context.Context, to *url.URL, key wireKey, l limits) (*wire, error) {
	age := s.now()
	address := net.JoinHostPort(to.Hostname(), port(to))
	conn, err := (&net.Dialer{Timeout: l.connect}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if key.scheme == "https" {
		if conn, err = secured(ctx, conn, to.Hostname(), key.trust, l.connect); err != nil {
			return nil, err
		}
	}
	w := newWire(conn)
	w.key, w.age = key, age
	return w, nil
}

func secured(ctx context.Context, conn net.Conn, host, trust string, limit time.Duration) (net.Conn, error) {
	config, err := tlsConfig(trust)
	if err != nil {
		conn.Close()
		return nil, err
	}
	config.ServerName = host
	if limit > 0 {
		conn.SetDeadline(time.Now().Add(limit))
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	return secure, nil
}

// The values of trust that are no file of certificates.
const (
	trustKnown = ""
	trustAll   = "*"
)

// trustOf reads verify_tls, which is a switch or, as for python-requests, the
// path of a file of certificates.
func trustOf(verify any) string {
	if path, ok := verify.(string); ok && path != "" {
		return path
	}
	if verify == nil || value.Truthy(verify) {
		return trustKnown
	}
	return trustAll
}

func tlsConfig(trust string) (*tls.Config, error) {
	if trust == trustKnown || trust == trustAll {
		return &tls.Config{InsecureSkipVerify: trust == trustAll}, nil
	}
	certificates, err := os.ReadFile(trust)
	if err != nil {
		return nil, fmt.Errorf("verify_tls is neither true nor false nor a file of certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("verify_tls names the file '%s', which holds no certificate", trust)
	}
	return &tls.Config{RootCAs: pool}, nil
}
