package httpclient

import (
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
)

func TestNothingIsReadBeforeTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		c := &conn{Conn: ours, asked: make(chan struct{})}
		defer c.Close()
		var got string
		go func() {
			p := make([]byte, 100)
			n, _ := c.Read(p)
			got = string(p[:n])
		}()
		io.WriteString(theirs, "hello")
		synctest.Wait()
		if got != "" {
			t.Errorf("read %q before the request", got)
		}
		go io.ReadFull(theirs, make([]byte, 3))
		io.WriteString(c, "GET")
		synctest.Wait()
		if got != "hello" {
			t.Errorf("read %q after the request", got)
		}
	})
}

// The headers are those of the answer itself, whatever comes before and behind.
func TestHeadersOfTheAnswer(t *testing.T) {
	for _, answer := range []string{
		"HTTP/1.1 103 Early Hints\r\nC: 0\r\n\r\nHTTP/1.1 200 OK\r\nb: 1\r\nA: 2\r\n\r\nbody\r\n\r\n",
		"HTTP/1.1 100\n\nHTTP/1.1 110 X\nC: 0\n\nHTTP/1.1 200 OK\nb: 1\nA: 2\n\nbody\nD: 1\n\n",
		"HTTP/1.1 101 Switching Protocols\r\nb: 1\r\nA: 2\r\n\r\nbody",
	} {
		c := conn{block: []byte(answer)}
		got, err := c.fields(&http.Response{ProtoMajor: 1, StatusCode: 200})
		if err != nil || !slices.Equal(got, []Field{{"b", "1"}, {"A", "2"}}) {
			t.Errorf("%q: got %q, %v", answer, got, err)
		}
	}
}
