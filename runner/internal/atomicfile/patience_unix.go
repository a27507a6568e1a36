//go:build unix

package atomicfile

func patiently(do func() error) error { return do() }
