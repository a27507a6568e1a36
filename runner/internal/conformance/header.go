package conformance

import (
	"fmt"
	"strings"
	"time"
)

func (c *Case) readHeader(comment string) error {
	about, rest, _ := strings.Cut(comment, "\n")
	c.About = strings.TrimSpace(about)
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, text, ok := strings.Cut(line, ":")
		if !ok {
			return fmt.Errorf("header line %q has no colon", line)
		}
		if err := c.readKey(key, strings.TrimSpace(text)); err != nil {
			return fmt.Errorf("header line %q: %w", line, err)
		}
	}
	return nil
}

func (c *Case) readKey(key, text string) error {
	switch key {
	case "command":
		c.Command = text
	case "needs":
		c.Needs = text
	case "topic":
		c.Topic = text
	case "flags":
		c.Args = append(c.Args, strings.Fields(text)...)
	case "flag":
		c.Args = append(c.Args, text)
	case "settings":
		c.Settings = text
	case "source":
		c.Source = text
	case "env":
		c.Env = append(c.Env, text)
	case "observe":
		c.Observe = append(c.Observe, text)
	case "bom":
		c.BOM = text
	case "log":
		c.Log = text
	case "during":
		c.NoDuring = text == "none"
	case "order":
		c.Unordered = text == "none"
	case "reference_only":
		c.ReferenceOnly = text
	case "signal":
		return c.readSignal(text)
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

func (c *Case) readSignal(text string) error {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return fmt.Errorf("no signal is named")
	}
	signal := Signal{Name: fields[0]}
	for _, field := range fields[1:] {
		key, v, _ := strings.Cut(field, "=")
		switch key {
		case "when":
			signal.When = v
		case "delay":
			delay, err := time.ParseDuration(v)
			if err != nil {
				return err
			}
			signal.Delay = delay
		default:
			return fmt.Errorf("unknown word %q", field)
		}
	}
	c.Signals = append(c.Signals, signal)
	return nil
}
