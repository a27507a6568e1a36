package conformance

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

// driver runs the toolkit in forks of one Python process, because starting
// Python takes ten times as long as most experiments. It does one thing at a
// time and knows no signals.
type driver struct {
	cmd     *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Reader
}

type job struct {
	Args   []string          `json:"args"`
	Dir    string            `json:"dir"`
	Env    map[string]string `json:"env"`
	Stdout string            `json:"stdout"`
	Stderr string            `json:"stderr"`
}

// startDriver runs a script with the Python that lies beside the toolkit.
func startDriver(ctx context.Context, chaos, script string) (*driver, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(chaos), "python"), script)
	orders, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &driver{cmd, orders, bufio.NewReader(answers)}, cmd.Start()
}

// Close ends the process.
func (d *driver) Close() error {
	if err := d.orders.Close(); err != nil {
		return err
	}
	return d.cmd.Wait()
}

// run runs a case as program.run does.
func (d *driver) run(c *Case, folder string) (*result, error) {
	server, err := StartServer(folder)
	if err != nil {
		return nil, err
	}
	defer server.Close()
	if folder, err = c.unpack(folder, server.URL); err != nil {
		return nil, err
	}
	order := job{
		Args: program{toolkit: true}.arguments(c, server.URL), Dir: folder, Env: map[string]string{},
		Stdout: folder + ".stdout", Stderr: folder + ".stderr",
	}
	for _, pair := range environment(c, folder, server.URL) {
		key, v, _ := strings.Cut(pair, "=")
		order.Env[key] = v
	}
	exit, err := d.ask(order)
	if err != nil {
		return nil, err
	}
	return collect(c, folder, server.URL, exit)
}

func (d *driver) ask(order job) (exit int, err error) {
	text, err := json.Marshal(order)
	if err != nil {
		return 0, err
	}
	if _, err := d.orders.Write(append(text, '\n')); err != nil {
		return 0, fmt.Errorf("the driver takes no orders: %w", err)
	}
	answer, err := d.answers.ReadBytes('\n')
	if err != nil {
		return 0, fmt.Errorf("the driver gave no answer: %w", err)
	}
	var report struct{ Exit int }
	return report.Exit, json.Unmarshal(answer, &report)
}
