package worker

import (
	"context"
	"testing"
)

// The first call pays for the interpreter; later ones for two lines of JSON.
func BenchmarkFirstCall(b *testing.B) {
	for b.Loop() {
		w, _ := withPython(b)
		if _, err := do(w, "echo", "value", "x"); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		w.Close(context.Background())
		b.StartTimer()
	}
}

func BenchmarkLaterCall(b *testing.B) {
	w, _ := withPython(b)
	for b.Loop() {
		if _, err := do(w, "echo", "value", "x"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTenMegabytes(b *testing.B) {
	w, _ := withPython(b)
	for b.Loop() {
		if _, err := do(w, "huge", "size", int64(10_000_000)); err != nil {
			b.Fatal(err)
		}
	}
}
