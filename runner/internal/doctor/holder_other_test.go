//go:build !linux

package doctor

const namesHolders = false
