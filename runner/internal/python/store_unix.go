//go:build unix

package python

func onlyOffers(string) bool { return false }
