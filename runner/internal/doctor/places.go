package doctor

import (
	"context"
	"os/exec"
)

// place asks a program that only targets in other places need, in one of some ways. What it answers may have
// names in it, so it is not shown.
func (m *Machine) place(ctx context.Context, check, what, wrong, fix string, ways ...[]string) []Finding {
	if !m.Places {
		return nil
	}
	missing := true
	for _, way := range ways {
		program, err := exec.LookPath(way[0])
		if err != nil {
			continue
		}
		missing = false
		if _, why := m.output(ctx, nil, append([]string{program}, way[1:]...)...); why == "" {
			return good(check, "%s", what)
		}
	}
	if missing {
		return bad(check, "install it, or leave the demos out that need it", "%s is not installed, or not in the PATH", ways[0][0])
	}
	return bad(check, fix, "%s", wrong)
}

func (m *Machine) docker(ctx context.Context) []Finding {
	return m.place(ctx, "docker", "its engine answers", "its engine does not answer",
		"start Docker, and read what this says: docker version", []string{"docker", "version"})
}

func (m *Machine) compose(ctx context.Context) []Finding {
	return m.place(ctx, "compose", "it works", "docker compose does not work, and docker-compose neither",
		"install Docker Compose: https://docs.docker.com/compose/install/", []string{"docker", "compose", "version"}, []string{"docker-compose", "version"})
}

func (m *Machine) kubectl(ctx context.Context) []Finding {
	return m.place(ctx, "kubectl", "its cluster answers", "its cluster does not answer",
		"start the cluster, or choose another context, and read what this says: kubectl version", []string{"kubectl", "version", "--request-timeout=3s"})
}
