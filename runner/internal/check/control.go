package check

import "chaosworkshop.example/runner/internal/document"

// controls are not run yet, so an experiment that relies on them is refused.
func (c *checker) controls(n *document.Node) {
	if n != nil && truthy(n) {
		c.wrong(n.At, "controls are not supported yet", "take them out")
	}
}
