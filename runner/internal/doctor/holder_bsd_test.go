//go:build unix && !linux

package doctor

const namesHolders = false
