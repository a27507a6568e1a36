//go:build unix

package main_test

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"
)

// newShop starts the shop of docs/experiments.md, which is in the folder, at a free
// port, and returns its address.
func newShop(t *testing.T, folder string) string {
	shop := exec.Command("python3", "shop.py", "0")
	shop.Dir = folder
	out, err := shop.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		shop.Process.Kill()
		shop.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "open at ")
	if err != nil || !ok {
		t.Fatalf("the shop says %q: %v", line, err)
	}
	return address
}
