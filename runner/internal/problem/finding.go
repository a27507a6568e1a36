package problem

// Finding is one thing that is wrong within a value that does not know its place
// in a file. Whoever knows the place makes a Problem of it.
type Finding struct {
	Path    []string // the keys, and list indices as numbers, that lead to it; empty: the value itself
	AtKey   bool     // the place is that of the last key of Path, not of its value
	What    string   // what is wrong: no capital, no full stop
	Do      string   // what to do about it
	Warning bool     // worth saying, stops nothing
}
