//go:build unix && !linux

package signals

import "os"

var onlyHere map[string]os.Signal
