package cli

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/target"
)

// underWay is the process of a runner that is alive and needs what is in the project's folder; 0 without one.
func underWay(root string) int {
	for _, l := range leftIn(root) {
		if l.Alive() && l.PID() != os.Getpid() {
			return l.PID()
		}
	}
	_, owned, _ := process.Leftovers(filepath.Join(root, ".workshop"))
	if len(owned) > 0 {
		return owned[0].Owner.PID
	}
	for _, d := range target.Downs(filepath.Join(root, ".workshop")) {
		if d.Owner.Alive() {
			return d.Owner.PID
		}
	}
	return 0
}

// toUndoIn finds what runs of the project have left that is to be undone.
func toUndoIn(root string) []*journal.Left { return toUndoAmong(leftIn(root), root) }

// latestFirst brings runs into the order in which they are undone.
func latestFirst(all []*journal.Left) {
	slices.SortStableFunc(all, func(a, b *journal.Left) int { return b.Start().Compare(a.Start()) })
}

// toUndoAmong leaves out what needs no undoing, or not yet. The project's folder may be unknown.
func toUndoAmong(all []*journal.Left, root string) []*journal.Left {
	latestFirst(all)
	return slices.DeleteFunc(all, func(l *journal.Left) bool {
		return l.Alive() || !isToUndo(l) || endedWithDemo(l, filepath.Join(root, ".workshop", "runs"))
	})
}

// partialsOfProject are the names of partial journals in the project's folder.
var partialsOfProject = []string{"*.partial-*", ".workshop/*.partial-*", "chapter5/*.partial-*", ".workshop/runs/*/*.partial-*"}

// partialsIn are the journals of which there are parts in a folder.
func partialsIn(folder string, patterns ...string) (paths []string) {
	folder, _ = filepath.Abs(folder)
	for _, pattern := range patterns {
		files, _ := fs.Glob(os.DirFS(folder), pattern) // it is good
		for _, file := range files {
			if whole := journal.Of(file); whole != file {
				paths = append(paths, filepath.Join(folder, whole))
			}
		}
	}
	return paths
}

// leftNear finds what is to be undone of runs whose journals lie beside that at a path, or in the project.
func leftNear(path string, project func() (root string, err error)) []*journal.Left {
	paths := partialsIn(filepath.Dir(path), "*.partial-*")
	root, err := project()
	if err == nil {
		paths = append(paths, partialsIn(root, partialsOfProject...)...)
	}
	here, _ := filepath.Abs(path)
	paths = slices.DeleteFunc(paths, func(other string) bool { return other == here })
	return toUndoAmong(leftAt(paths), root)
}

// leftIn finds what runs of the project have left, or will leave if they are killed.
func leftIn(root string) []*journal.Left {
	paths := partialsIn(root, partialsOfProject...)
	for _, l := range journal.LeftElsewhere() {
		if within, err := filepath.Rel(root, l.Path); err == nil && filepath.IsLocal(within) {
			paths = append(paths, l.Path)
		}
	}
	return leftAt(paths)
}

// leftAt is what runs have left at the paths of journals, each run once. A file with another name than a
// journal usually has may be somebody else's.
func leftAt(paths []string) (all []*journal.Left) {
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		all = append(all, slices.DeleteFunc(journal.Leftovers(path), func(l *journal.Left) bool {
			isOther := l.Begun == nil && !strings.HasPrefix(filepath.Base(l.File), "journal.json.")
			return isOther || slices.ContainsFunc(all, func(other *journal.Left) bool { return other.Has(l.File) })
		})...)
	}
	return all
}

// endedWithDemo tells whether a demo did all in a folder of its own: its system was ended with it.
// With rollbacks it may have done something in another place.
func endedWithDemo(l *journal.Left, runs string) bool {
	return strings.HasPrefix(cmp.Or(l.Begun.AsText("folder"), l.File), runs) && len(l.Begun.Map("experiment").List("rollbacks")) == 0
}
