package journal

import (
	"os"
	"path/filepath"
	"testing"
)

// Of files that are of one run the longest counts, one file counts once, and all are removed together.
func TestOneRun(t *testing.T) {
	for _, folder := range []string{"TMPDIR", "TMP"} { // TMP on Windows
		t.Setenv(folder, t.TempDir())
	}
	l := killed(t)
	text := read(t, l.File)
	spare := filepath.Join(os.TempDir(), sparePrefix+"1")
	copied := filepath.Join(spare, "journal.json.partial-2")
	if err := os.Mkdir(spare, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, append(text, `{"ended": {"why": "more"}}`+"\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	link(t, filepath.Dir(l.File), filepath.Join(os.TempDir(), sparePrefix+"2"))
	for _, path := range []string{l.Path, filepath.Join(spare, "journal.json")} {
		all := Leftovers(path)
		if len(all) != 1 || all[0].File != copied || !all[0].Has(copied) || !all[0].Has(l.File) || all[0].Ended != "more" {
			t.Fatalf("%s: %+v", path, all)
		}
	}
	if all := LeftElsewhere(); len(all) != 1 {
		t.Errorf("elsewhere: %+v", all)
	}
	Leftovers(l.Path)[0].Remove()
	if exists(l.File) || exists(spare) {
		t.Error("not all files are removed")
	}
	path := filepath.Join(spare, "journal.json")
	if err := os.Mkdir(spare, 0o700); err != nil {
		t.Fatal(err)
	}
	j := open(t, path)
	if all := Leftovers(path); len(all) != 1 || len(all[0].others) != 0 {
		t.Errorf("a journal in such a folder: %+v", all)
	}
	j.Discard()
}
