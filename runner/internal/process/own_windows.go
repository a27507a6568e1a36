package process

import "os"

// owner is the user: folders that everybody may write to are rare here.
func owner(os.FileInfo) (name string, own bool) { return "", true }
