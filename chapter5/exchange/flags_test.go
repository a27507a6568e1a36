package exchange

import (
	"reflect"
	"testing"
	"time"
)

func TestFlagsAndTheirDefaults(t *testing.T) {
	for _, test := range []struct {
		args []string
		want Service
	}{
		{nil, Service{host: "localhost", port: 8080, File: "./exchange.dat", Interval: 10 * time.Second}},
		{[]string{"--host", "::1", "--port=0", "--file", "a b", "--interval", "1m30s"}, Service{host: "::1", port: 0, File: "a b", Interval: 90 * time.Second}},
		{[]string{"-port", "65535", "-interval=1ms"}, Service{host: "localhost", port: 65535, File: "./exchange.dat", Interval: time.Millisecond}},
	} {
		if got, err := parse(test.args); err != nil || !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%q: %+v, %v; want %+v", test.args, got, err, test.want)
		}
	}
}
