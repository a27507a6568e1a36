package doctor

import (
	"context"
	"fmt"
	"strings"
)

// python checks that there is a Python that is new enough, for who works with the services in Python.
func (m *Machine) python(ctx context.Context) []Finding {
	if !m.InPython {
		return nil
	}
	const get = "install Python 3.9 or newer from https://www.python.org/downloads/, and open a new terminal"
	if m.Interpreter == "" {
		return bad("Python", get, "Python is not installed, or not in the PATH")
	}
	out, why := m.output(ctx, nil, m.Interpreter, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])")
	version := strings.TrimSpace(string(out))
	var major, minor int
	_, err := fmt.Sscanf(version, "%d.%d", &major, &minor)
	switch {
	case why == tooSlow:
		return bad("Python", get+". If this computer was busy, only type again: {doctor}", "%s did not start in time", m.Interpreter)
	case why != "":
		return bad("Python", get, "%s does not work: %s", m.Interpreter, firstLine(why))
	case err != nil || major < 3 || major == 3 && minor < 9:
		return bad("Python", get, "%s is too old: Python %s. This kit needs 3.9 or newer", m.Interpreter, version)
	}
	return good("Python", "%s; this kit needs 3.9 or newer", version)
}
