package definitions

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

// files are the processes that come with Fasthold.
//
//go:embed retention fleksjob
var files embed.FS

// Shipped returns the files of the processes that come with Fasthold, ready for [Check].
func Shipped() []File {
	var out []File
	for _, pattern := range []string{"*/*.bpmn", "*/*.dmn", "*/*.form"} {
		names, _ := fs.Glob(files, pattern)
		for _, name := range names {
			data, _ := files.ReadFile(name)
			out = append(out, File{Name: path.Base(name), Data: data})
		}
	}
	return out
}

// Letters returns the letter templates that come with Fasthold by name, without ".tmpl".
func Letters() map[string]string {
	out := map[string]string{}
	names, _ := fs.Glob(files, "*/letters/*.tmpl")
	for _, name := range names {
		data, _ := files.ReadFile(name)
		out[strings.TrimSuffix(path.Base(name), ".tmpl")] = string(data)
	}
	return out
}
