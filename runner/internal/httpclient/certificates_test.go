//go:build linux

package httpclient

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestCertificates: what is no ordinary file is not read as the system's certificates, also where a redirect needs them.
func TestCertificates(t *testing.T) {
	folder := t.TempDir()
	pipe := filepath.Join(folder, "pipe.pem")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	redirects := httptest.NewServer(http.RedirectHandler("https://127.0.0.1:1/", http.StatusFound))
	defer redirects.Close()
	for _, c := range [][2]string{{"SSL_CERT_FILE", pipe}, {"SSL_CERT_FILE", "/dev/zero"}, {"SSL_CERT_DIR", folder}} {
		t.Run(c[0], func(t *testing.T) {
			t.Setenv(c[0], c[1])
			for _, address := range []string{"https://127.0.0.1:1/", redirects.URL} {
				u, err := ParseURL(address)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := New(http.MethodGet, u).Do(t.Context()); err == nil || !strings.Contains(err.Error(), c[0]+": "+c[1]) || !strings.HasSuffix(err.Error(), "is no ordinary file") {
					t.Errorf("%v, %s: %v", c, address, err)
				}
			}
		})
	}
}
