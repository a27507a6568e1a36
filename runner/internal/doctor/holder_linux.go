package doctor

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// holder tells which program listens on a port of an address, as far as /proc shows it.
func holder(address string, port int) string {
	sockets := listening(address, port)
	if len(sockets) == 0 {
		return someone("this system does not tell which one")
	}
	paths, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, path := range paths {
		if to, err := os.Readlink(path); err == nil && slices.Contains(sockets, to) {
			process := filepath.Dir(filepath.Dir(path))
			name, _ := os.ReadFile(filepath.Join(process, "comm"))
			return fmt.Sprintf("%s (process %s)", strings.TrimSpace(string(name)), filepath.Base(process))
		}
	}
	return someone("of another account")
}

// listening are the sockets that listen on a port of an address, as links in /proc name them.
func listening(address string, port int) (sockets []string) {
	const listen = "0A"                                   // as in include/net/tcp_states.h
	tables := []string{"/proc/net/tcp6", "/proc/net/tcp"} // who has all addresses of IPv6 may have those of IPv4
	if address == "::1" {
		tables = tables[:1]
	}
	for _, table := range tables {
		text, _ := os.ReadFile(table) // without IPv6 there is no tcp6
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) < 10 || fields[3] != listen {
				continue
			}
			host, number, _ := strings.Cut(fields[1], ":")
			if n, err := strconv.ParseUint(number, 16, 16); err != nil || int(n) != port {
				continue
			}
			if ip := kernelIP(host); ip.IsUnspecified() || ip.Equal(net.ParseIP(address)) {
				sockets = append(sockets, "socket:["+fields[9]+"]")
			}
		}
	}
	return sockets
}

// kernelIP reads an address as /proc/net writes it: words of four bytes, each a number.
func kernelIP(text string) net.IP {
	b, _ := hex.DecodeString(text) // the kernel wrote it
	for i := 0; i+4 <= len(b); i += 4 {
		binary.BigEndian.PutUint32(b[i:], binary.NativeEndian.Uint32(b[i:]))
	}
	return b
}
