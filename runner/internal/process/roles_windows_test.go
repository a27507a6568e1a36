package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// play is what the test binary does when a test starts it in a role.
func play(role string) {
	switch role {
	case "runner": // owns a tree, and waits to be killed
		(&Owner{}).Run(context.Background(), as("waiting tree", os.Stdout))
	case "tree", "waiting tree": // starts a leaf
		self, _ := os.Executable()
		leaf := exec.Command(self)
		leaf.Env = append(os.Environ(), "PROCESS_TEST_ROLE=leaf")
		if err := leaf.Start(); err != nil {
			fmt.Println(err)
		}
		fmt.Println(leaf.Process.Pid)
		if role == "waiting tree" {
			leaf.Wait()
		}
	case "leaf":
		time.Sleep(30 * time.Second)
	}
}
