package schema

import (
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// comparison holds a schema to the code that reads the same files. Both accept
// and refuse alike; an exception is named, and is one only where the code refuses
// and the schema accepts.
type comparison struct {
	schema            *jsonschema.Schema
	beyond            map[string]string // what a schema cannot see, and why
	refused, accepted int
	met               map[string]bool
}

// compare compares on one document; refused is the code's opinion.
func (c *comparison) compare(t *testing.T, name string, refused error, v any) {
	t.Helper()
	invalid := c.schema.Validate(plain(v))
	if invalid != nil {
		c.refused++
	} else {
		c.accepted++
	}
	switch _, excused := c.beyond[name]; {
	case refused != nil && invalid == nil && excused:
		if c.met == nil {
			c.met = map[string]bool{}
		}
		c.met[name] = true
	case refused != nil && invalid == nil:
		t.Errorf("%s: the schema accepts what is refused:\n%v", name, refused)
	case refused == nil && invalid != nil:
		t.Errorf("%s: the schema refuses what is accepted:\n%v", name, invalid)
	}
}

// end reports exceptions that are none any more, and a comparison of too little.
func (c *comparison) end(t *testing.T, least int) {
	t.Helper()
	for name, why := range c.beyond {
		if !c.met[name] {
			t.Errorf("%s (%s) is no exception", name, why)
		}
	}
	if c.refused < least/10 || c.accepted < least/10 || c.refused+c.accepted < least {
		t.Errorf("only %d refused and %d accepted", c.refused, c.accepted)
	}
	t.Logf("%d refused, %d accepted", c.refused, c.accepted)
}
