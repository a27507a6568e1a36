package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file that somebody has open is replaced once it is closed, and is not waited for for ever.
func TestFileThatIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := WriteFile(path, []byte("first"), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, []byte("second"), 0o600); err == nil {
		t.Error("this system replaces files that are open: nothing is tried here")
	}
	time.AfterFunc(patience/10, func() { reader.Close() })
	if err := WriteFile(path, []byte("third"), 0o600); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "third" {
		t.Errorf("%q, %v", text, err)
	}
	if reader, err = os.Open(path); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(patience/4, func() { reader.Close() })
	if err := Remove(path); err != nil {
		t.Error(err)
	}
}
