package exchange

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
)

// A container asks its own service with --check: 503 is an answer, too.
func TestAsk(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	port := strconv.Itoa(portOf(server.Listener))
	if err := ask(port); err != nil {
		t.Error(err)
	}
	server.Close()
	if err := ask(port); err == nil {
		t.Error("nobody listens, and that is not said")
	}
}
