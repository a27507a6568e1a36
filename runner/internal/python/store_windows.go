package python

import (
	"bytes"
	"path/filepath"
	"unicode/utf16"

	"golang.org/x/sys/windows"
)

// onlyOffers tells whether a program is not Python, but what Windows has in its place before Python was
// installed from the Microsoft Store: it opens the store. Both are links in the same folder; that of the real Python
// names Python's package, and this one names the installer's.
func onlyOffers(path string) bool {
	if filepath.Base(filepath.Dir(path)) != "WindowsApps" {
		return false
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return false
	}
	link, err := windows.CreateFile(name, 0, windows.FILE_SHARE_READ, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if err != nil {
		return false
	}
	defer windows.CloseHandle(link)
	held := make([]byte, windows.MAXIMUM_REPARSE_DATA_BUFFER_SIZE)
	var n uint32
	err = windows.DeviceIoControl(link, windows.FSCTL_GET_REPARSE_POINT, nil, 0, &held[0], uint32(len(held)), &n, nil)
	return err == nil && ofInstaller(held[:n])
}

// ofInstaller tells whether a link, as Windows keeps it, names the package of the installer.
func ofInstaller(link []byte) bool {
	var name []byte
	for _, unit := range utf16.Encode([]rune("Microsoft.DesktopAppInstaller_")) {
		name = append(name, byte(unit), byte(unit>>8))
	}
	return bytes.Contains(link, name)
}
