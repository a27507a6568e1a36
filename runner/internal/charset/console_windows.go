package charset

import (
	"strconv"

	"golang.org/x/sys/windows"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// console is what the programs of Windows print in: the code page of the console, or that of consoles in this
// country (OEM) where there is none. One that is not known counts as Latin-1.
func console() encoding.Encoding {
	page, err := windows.GetConsoleOutputCP()
	if err != nil || page == 0 {
		oem, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetOEMCP").Call()
		page = uint32(oem)
	}
	number := strconv.Itoa(int(page))
	names := map[string]string{"858": "cp00858", "932": "shift_jis", "949": "euc-kr", "950": "big5", "65001": "latin-1"}
	for _, name := range []string{names[number], "cp" + number, "windows-" + number} {
		if e := named(name); e != unicode.UTF8 {
			return e
		}
	}
	return charmap.ISO8859_1
}
