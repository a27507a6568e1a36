package target

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/process"
)

// TestMain lets the test binary be the service that the tests need, and the
// watchdog.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "watchdog":
			process.RunWatchdog(os.Stdin, TakeDown)
			return
		case "serve", "mute", "fail", "elsewhere", "untold", "background", "later", "done", "dies", "say":
			os.Exit(play(os.Args[1], os.Args[2]))
		}
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0") // or each program with -race takes a second to exit
	os.Exit(m.Run())
}

// play is a small service: it serves, or listens and never answers, or fails. It may listen
// on another port than it is told, put itself into the background, or have nothing to do.
func play(role, port string) int {
	switch role {
	case "fail":
		for i := range 12 {
			fmt.Println("reason", i)
		}
		return 7
	case "elsewhere", "untold":
		port = "0"
	case "background":
		self, _ := os.Executable()
		serve := exec.Command(self, "later", port)
		serve.Stdout = os.Stdout
		serve.Start()
		return 0
	case "later": // it never listens: an answer could come before the end of its starter is noticed
		time.Sleep(time.Hour)
	case "done":
		return 0
	case "say": // instead of a port it is given what it says
		fmt.Println(port)
		return 1
	case "dies":
		return 3
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	folder, _ := os.Getwd()
	fmt.Printf("%s in %s\n", os.Getenv("GREETING"), folder)
	if port == "0" {
		fmt.Printf("listening at http://%s/\n", l.Addr())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // Windows has the first alone
	defer stop()
	if role == "mute" {
		<-ctx.Done()
		return 0
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/die" {
			fmt.Print("somebody asked me to die")
			time.AfterFunc(0, func() { os.Exit(9) })
		}
		if r.URL.Path == "/busy" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})}
	go func() {
		<-ctx.Done()
		server.Shutdown(context.Background())
	}()
	server.Serve(l)
	fmt.Println("good bye")
	return 0
}
