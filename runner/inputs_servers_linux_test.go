package main_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// server is what one says to each that asks; the connection is closed at its end.
type server func(c net.Conn, own string)

// says is a server that says this.
func says(text string) server { return func(c net.Conn, _ string) { io.WriteString(c, text) } }

// ok200 is an answer with these headers and this body.
func ok200(headers, body string) string {
	return "HTTP/1.1 200 OK\r\n" + headers + "\r\n" + body
}

// forever says a text again and again until nobody listens; with a pause between.
func forever(begin, text string, pause time.Duration) server {
	return func(c net.Conn, _ string) {
		_, err := io.WriteString(c, begin)
		for err == nil {
			time.Sleep(pause)
			_, err = io.WriteString(c, text)
		}
	}
}

// bomb is a gzip stream of so many MiB of a letter.
func bomb(mib int, letter string) string {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	piece := []byte(strings.Repeat(letter, 1<<20))
	for range mib {
		w.Write(piece)
	}
	w.Close()
	return b.String()
}

// servers are those that do not do as they should.
func servers() map[string]server {
	kind := "Content-Type: application/json\r\n"
	redirect := func(to string) server {
		return func(c net.Conn, own string) {
			fmt.Fprintf(c, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", strings.ReplaceAll(to, "OWN", own))
		}
	}
	return map[string]server{
		"nothing": says(""), "garbage": says("\x00\xff\x1b[31m\r\n\r\n"), "an SSH server": says("SSH-2.0-OpenSSH_9.6\r\n"), "silence": func(c net.Conn, _ string) { io.Copy(io.Discard, c) },
		"a byte a time": forever(ok200(kind+"Content-Length: 1000\r\n", ""), " ", 50*time.Millisecond), "headers for ever": forever("HTTP/1.1 200 OK\r\n", "A: b\r\n", 0), "a header for ever": forever("HTTP/1.1 200 OK\r\nA: ", "bbbbbbbbbbbbbbbb", 0),
		"a slow header": forever("HTTP/1.1 200 OK\r\nA: ", "b", 50*time.Millisecond), "a body for ever": forever(ok200(kind, ""), strings.Repeat("0", 1<<16), 0), "chunks for ever": forever(ok200(kind+"Transfer-Encoding: chunked\r\n", ""), "400\r\n"+strings.Repeat("0", 1024)+"\r\n", 0),
		"100 for ever": forever("", "HTTP/1.1 100 Continue\r\n\r\n", 0), "a bomb": says(ok200(kind+"Content-Encoding: gzip\r\n", bomb(1000, "0"))), "a deep bomb": says(ok200(kind+"Content-Encoding: gzip\r\n", bomb(5, "["))),
		"a bomb of values": says(ok200(kind+"Content-Encoding: gzip\r\n", bomb(20, "[],"))), "not gzip": says(ok200(kind+"Content-Encoding: gzip\r\n", "hello")), "half of a gzip": says(ok200(kind+"Content-Encoding: gzip\r\n", bomb(1, "0")[:100])),
		"too long a length": says(ok200(kind+"Content-Length: 1000\r\n", "{}")), "too short a length": says(ok200(kind+"Content-Length: 1\r\n", "{}")), "a length below 0": says(ok200(kind+"Content-Length: -1\r\n", "{}")), "two lengths": says(ok200(kind+"Content-Length: 1\r\nContent-Length: 2\r\n", "{}")),
		"a length beyond numbers": says(ok200(kind+"Content-Length: 99999999999999999999999\r\n", "{}")), "a chunk beyond memory": says(ok200(kind+"Transfer-Encoding: chunked\r\n", "7fffffffffffffff\r\nx")), "a chunk that is none": says(ok200(kind+"Transfer-Encoding: chunked\r\n", "xyz\r\n")),
		"a picture called JSON": says(ok200(kind, "\x89PNG\r\n\x1a\n\x00\x00")), "JSON called a picture": says(ok200("Content-Type: image/png\r\n", "{}")), "a strange charset": says(ok200("Content-Type: application/json; charset=\x1b[31m\r\n", "{}")), "UTF-7": says(ok200("Content-Type: application/json; charset=utf-7\r\n", "+AHs-")),
		"no type": says(ok200("", "{}")), "a page": says(ok200("Content-Type: text/html\r\n", "<script>alert(1)</script>")), "plain text": says(ok200("Content-Type: text/plain\r\n", "hello: [")), "an empty body": says(ok200(kind, "")),
		"itself again and again": redirect("http://OWN/"), "ever longer": func(c net.Conn, own string) {
			asked := make([]byte, 1<<16)
			n, _ := c.Read(asked)
			path := strings.Fields(string(asked[:n]) + " / / ")[1]
			fmt.Fprintf(c, "HTTP/1.1 302 Found\r\nLocation: http://%s%s%s\r\n\r\n", own, path, strings.Repeat("x", 1000))
		},
		"another place": redirect("http://127.0.0.1:1/"), "a file": redirect("file:///etc/passwd"), "no place": redirect("http://"), "a place with ESC": redirect("http://\x1b[31m/"), "nowhere": says("HTTP/1.1 302 Found\r\n\r\n"),
		"busy for hours": says("HTTP/1.1 503 Busy\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n"), "HTTP/3": says("HTTP/3 200 OK\r\n\r\n"), "a code of 5 digits": says("HTTP/1.1 20000 OK\r\n\r\n"), "code 0": says("HTTP/1.1 000 OK\r\n\r\n"), "another protocol": says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nx"),
		"a status with ESC": says("HTTP/1.1 500 \x1b]0;evil\x07\r\nContent-Length: 0\r\n\r\n"), "cookies": says("HTTP/1.1 200 OK\r\n" + strings.Repeat("Set-Cookie: a=b\r\n", 98) + "\r\n"), "300 headers": says("HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 300) + "\r\n"),
	}
}

// answers lets each of the servers be asked by a probe, and be the place of an experiment.
func answers(t *testing.T) (all []input) {
	kinds := servers()
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		address := listen(t, kinds[name])
		provider := `{type: http, url: "http://` + address + `/", timeout: TIMEOUT, max_retries: 1}`
		tolerance := "{type: jsonpath, path: $.title, target: body}"
		args, timeout := []string{"run", "e.yaml"}, "30"
		switch name {
		case "silence":
			timeout = "1"
		case "a byte a time", "a slow header", "busy for hours":
			args = append(args, "--max-time", "1")
		}
		all = append(all,
			input{given: "run e.yaml, whose probe is answered by " + name, args: args, files: map[string]string{"e.yaml": experimentOf(strings.ReplaceAll(provider, "TIMEOUT", timeout), tolerance)}},
			input{given: "validate an address, answered by " + name, args: []string{"validate", "http://" + address + "/"}})
	}
	return all
}

// listen serves until the test ends.
func listen(t *testing.T, s server) (address string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	address = listener.Addr().String()
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				s(c, address)
				c.(*net.TCPConn).CloseWrite()
				c.SetReadDeadline(time.Now().Add(5 * time.Second))
				io.Copy(io.Discard, c) // or what it has said could be lost
			}()
		}
	}()
	return address
}
