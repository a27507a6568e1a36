package python

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
)

func TestOnlyOffers(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "WindowsApps")
	program := filepath.Join(folder, "python.exe")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, []byte("MZ"), 0o755); err != nil {
		t.Fatal(err)
	}
	if onlyOffers(program) {
		t.Error("an ordinary program is no link")
	}
	for names, want := range map[string]bool{
		"Microsoft.DesktopAppInstaller_8wekyb3d8bbwe\x00Microsoft.DesktopAppInstaller_8wekyb3d8bbwe!PythonRedirector\x00":     true,
		"PythonSoftwareFoundation.Python.3.13_qbz5n2kfra8p0\x00PythonSoftwareFoundation.Python.3.13_qbz5n2kfra8p0!Python\x00": false,
	} {
		link := []byte{0x1b, 0, 0, 0x80, 0, 0, 0, 0, 3, 0, 0, 0}
		for _, unit := range utf16.Encode([]rune(names)) {
			link = binary.LittleEndian.AppendUint16(link, unit)
		}
		if got := ofInstaller(link); got != want {
			t.Errorf("%q: %v", names, got)
		}
	}
}
