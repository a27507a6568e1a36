// Package conformance measures how far the runner agrees with the Chaos Toolkit.
// It knows both as programs only: each case runs in a fresh folder, and what
// counts is the exit code, the journal, the log on standard error and the files
// that are left.
//
// # A case
//
// One txtar file, testdata/cases/NAME.txtar. Its comment is one line that says
// what the case shows, then lines of key: value.
//
//	command:   run (the default) or validate
//	needs:     the features beyond the basics, joined by +, or basic; -needs
//	           selects by them
//	topic:     section of the toolkit's behaviour, or quirk-NN
//	flags:     arguments of the command, split at blanks; may be repeated
//	flag:      one argument, blanks included; may be repeated
//	settings:  a settings file, given with --settings
//	source:    what is run, if not the file named experiment.*
//	env:       KEY=VALUE for the program; may be repeated
//	signal:    NAME when=FILE delay=DURATION: sent once FILE exists; may be repeated
//	observe:   a file whose content, or absence, belongs to the outcome; may be repeated
//	bom:       a file that is to begin with a byte order mark
//	log:       set where the order of events, or their number, is not fixed;
//	           none where not even the set is
//	during:    none where the number of continuous checks decides their content
//	order:     none where the order of what runs in the background is not fixed
//	reference_only: why the case says nothing of our runner; replay leaves it out
//
// Then come the files of the folder, experiment.json or experiment.yaml among
// them. The text http://SERVER in them becomes the address of the server that
// Server describes, SERVER_HOST its host and port. Three names are not put into the folder:
//
//	toolkit.json  what the toolkit did, recorded, never written by hand
//	ours.json     only where ours is meant to differ: "difference" names the row
//	              of docs/differences.md; other keys replace those of
//	              toolkit.json; "more_log" lists lines of rollbacks that the
//	              toolkit leaves out; "ignore" lists keys that are not compared
//	verdict.json  "word" and "exit" as our runner owes them; "mentions" lists
//	              texts that standard error or output must contain
//
// # An outcome
//
// exit is the exit code, negative for a signal. journal is written, none or
// broken. From a written journal: status, deviated, steady_states (before,
// during and after, equal neighbours in during folded into one), run and
// rollbacks. Each entry of those has the activity's type and name, status (left
// out where the journal has none), output, tolerance_met and the last line of
// the exception. log lists "LEVEL message", first lines only. files has what
// observe asked for. crash is the class of an uncaught Python exception. Times,
// durations, colours, the folder and the server's address never appear.
//
// # How the runner is compared
//
// Its exit code is that of verdict.json. Where the toolkit refused the
// experiment or crashed, only the exit code, the absence of a journal and the
// mentions count, unless ours.json says more. Else every key must be equal, and
// the log's lines that have one of the toolkit's shapes must be the toolkit's,
// in order; lines of other shapes are ours to add.
//
// # The tests
//
//	TestReplay   every case through our runner, without the toolkit;
//	             -needs basic,ref for those that need nothing else,
//	             -conformance.program PATH for another program, named chaos
//	             for the toolkit itself, which has to agree with its recording
//	TestRecord   -chaos PATH compares the recordings with the toolkit,
//	             -record rewrites those that differ
//	TestRandom   -chaos PATH -random 500 -seed 1 compares the two programs over
//	             experiments made by chance; seed N alone makes experiment N
//	TestDriver   -chaos PATH shows that TestRandom's way of running the toolkit
//	             changes nothing
//	TestCorpus   -corpus FOLDER validates published experiments
package conformance
