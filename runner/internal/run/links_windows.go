package run

import "io/fs"

// links would be how many names a file has: its description does not say that on Windows.
func links(fs.FileInfo) uint64 { return 1 }
