package exchange

import (
	"testing"
	"time"
)

func TestFlagsAndTheirDefaults(t *testing.T) {
	for _, test := range []struct {
		args []string
		want settings
	}{
		{nil, settings{"127.0.0.1", 8080, "./exchange.dat", 10 * time.Second}},
		{[]string{"--host", "::1", "--port=0", "--file", "a b", "--interval", "1m30s"}, settings{"::1", 0, "a b", 90 * time.Second}},
		{[]string{"-port", "65535", "-interval=1ms"}, settings{"127.0.0.1", 65535, "./exchange.dat", time.Millisecond}},
	} {
		if got, err := parse(test.args); err != nil || got != test.want {
			t.Errorf("%q: %+v, %v; want %+v", test.args, got, err, test.want)
		}
	}
}
