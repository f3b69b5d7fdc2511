package rooms

import (
	"path"
	"slices"
	"strings"
)

// rowOf finds the row of a folder: its own, or that of the nearest folder above it. The root's row is for the root alone.
func rowOf(folder string) (room, bool) {
	for f := folder; ; f = path.Dir(f) {
		i := slices.IndexFunc(table, func(r room) bool { return r.folder == f })
		if i >= 0 && (f != "." || folder == ".") {
			return table[i], true
		}
		if f == "." {
			return room{}, false
		}
	}
}

// forbids says why a file of the room may not import a package, or nothing if it may.
func (r room) forbids(imported string, test bool) string {
	inRoom, isRoom := strings.CutPrefix(imported, Module+"/")
	isStandard := !strings.Contains(strings.Split(imported, "/")[0], ".")
	switch {
	case isRoom:
		return r.forbidsRoom(inRoom)
	case test && (isStandard || matches(testModules, imported) || matches(r.tests, imported)):
		return ""
	case matches(r.never, imported):
		return r.name() + " may never import it"
	case r.pure && matches(impurePackages, imported):
		return r.name() + " is a pure room"
	case isStandard || matches(r.modules, imported):
		return ""
	}
	return r.name() + " may not import it"
}

func (r room) forbidsRoom(folder string) string {
	if r.folder != "." && matches([]string{r.folder + "/..."}, folder) {
		own, _ := rowOf(folder)
		if own.folder == r.folder {
			return ""
		}
	}
	if matches(r.rooms, folder) {
		return ""
	}
	return r.name() + " may not import " + folder
}

func (r room) name() string {
	if r.folder == "." {
		return "the command line"
	}
	return r.folder
}

// matches tells whether one of the patterns means the path.
func matches(patterns []string, imported string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		above, tree := strings.CutSuffix(p, "...")
		above = strings.TrimSuffix(above, "/")
		return imported == p || tree && (above == "" || imported == above || strings.HasPrefix(imported, above+"/"))
	})
}
