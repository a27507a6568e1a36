package conformance

import "flag"

var (
	recordFlag  = flag.Bool("record", false, "rewrite toolkit.json of the cases that TestRecord selects")
	chaosFlag   = flag.String("chaos", "", "the Chaos Toolkit's executable, for what compares with the real thing")
	programFlag = flag.String("conformance.program", "", "what replays the cases instead of our runner; named chaos, it is the toolkit")
	needsFlag   = flag.String("needs", "", "replay only cases that need one of these features, comma-separated; basic is one")
)
