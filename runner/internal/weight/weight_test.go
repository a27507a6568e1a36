package weight

import (
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		v    any
		want Weight
	}{
		{nil, Weight{1, 64}},
		{"four", Weight{1, 68}},
		{[]byte("four"), Weight{1, 68}},
		{[]any{int64(1), []any{}}, Weight{3, 3 * 64}},
		{value.MapOf("key", []any{"x"}), Weight{4, 4*64 + 4}},
	} {
		if got := Of(c.v); got != c.want {
			t.Errorf("%v: %v, not %v", c.v, got, c.want)
		}
	}
	if got := Of("more").Plus(Of(nil)).Minus(Of(nil)); got != Of("more") {
		t.Errorf("more than nothing: %v", got)
	}
}
