package original

import (
	"os"
	"path/filepath"
	"testing"
)

func TestIsChanged(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"came": "a", "equal": "a", "other": "b"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		file, original string
		want           bool
	}{
		{"equal", "came", false},
		{"other", "came", true},
		{"gone", "came", true},
		{".", "came", true}, // a folder
		{"other", "gone", false},
		{"other", ".", false},
	} {
		if got := IsChanged(filepath.Join(folder, c.file), filepath.Join(folder, c.original)); got != c.want {
			t.Errorf("%s, which was %s: changed is %t", c.file, c.original, got)
		}
	}
}
