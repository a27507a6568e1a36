package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Outcome is what came of a run, reduced to what two programs can agree on; the
// package comment lists its keys. Numbers are json.Number, so that 1 and 1.0
// stay apart.
type Outcome map[string]any

// keys is the order in which an outcome is written and compared.
var keys = []string{
	"crash", "exit", "journal", "status", "deviated", "steady_states", "run",
	"rollbacks", "log", "files",
}

// decode reads JSON with numbers as they are spelt.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

// plain turns any Go value into the tree that decode would make of its JSON.
func plain(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("a value of an outcome is not JSON: %v", err))
	}
	var tree any
	if err := decode(data, &tree); err != nil {
		panic(fmt.Sprintf("the JSON of an outcome cannot be read: %v", err))
	}
	return tree
}

// format writes one line for each key, and one for each element of its lists.
func (o Outcome) format() []byte {
	var b bytes.Buffer
	b.WriteString("{")
	separator := "\n"
	for _, key := range keys {
		v, ok := o[key]
		if !ok {
			continue
		}
		fmt.Fprintf(&b, "%s  %q: ", separator, key)
		writeSpread(&b, v, "  ", 2)
		separator = ",\n"
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}

// writeSpread writes lists and mappings over several lines, down to a depth.
func writeSpread(b *bytes.Buffer, v any, margin string, depth int) {
	inner := margin + "  "
	switch v := v.(type) {
	case []any:
		if len(v) == 0 || depth == 0 {
			break
		}
		b.WriteString("[")
		for i, item := range v {
			b.WriteString(comma(i) + "\n" + inner)
			writeSpread(b, item, inner, 0)
		}
		b.WriteString("\n" + margin + "]")
		return
	case map[string]any:
		if len(v) == 0 || depth == 0 {
			break
		}
		b.WriteString("{")
		for i, key := range sortedKeys(v) {
			fmt.Fprintf(b, "%s\n%s%q: ", comma(i), inner, key)
			writeSpread(b, v[key], inner, depth-2)
		}
		b.WriteString("\n" + margin + "}")
		return
	}
	b.Write(line(v))
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// line is the JSON of v on one line, with <, > and & as they are.
func line(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Appendf(nil, "%q", err.Error())
	}
	return bytes.TrimSpace(b.Bytes())
}

func sortedKeys(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
