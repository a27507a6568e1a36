//go:build unix

package charset

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// console is for Windows; elsewhere it is the guess of Decode.
func console() encoding.Encoding { return charmap.ISO8859_1 }
