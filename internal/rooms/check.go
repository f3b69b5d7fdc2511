package rooms

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Violation is one thing that is where it may not be.
type Violation struct {
	File string // path from the root of the repository
	Line int    // 1 for the file or folder as a whole
	Rule string // what is wrong and which rule says so
}

// String is the violation as compilers print errors.
func (v Violation) String() string { return fmt.Sprintf("%s:%d: %s", v.File, v.Line, v.Rule) }

// Check walks a checkout and returns everything that breaks a wall, in order of file and line. The error is that of reading.
func Check(root fs.FS) ([]Violation, error) {
	c := checker{root: root, definitionFolders: map[string]bool{}}
	err := fs.WalkDir(root, ".", c.visit)
	slices.SortFunc(c.found, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
	})
	return c.found, err
}

type checker struct {
	root              fs.FS
	definitionFolders map[string]bool
	found             []Violation
}

func (c *checker) report(file string, line int, format string, args ...any) {
	c.found = append(c.found, Violation{File: file, Line: line, Rule: fmt.Sprintf(format, args...)})
}

func (c *checker) visit(file string, entry fs.DirEntry, err error) error {
	if err != nil || file == "." {
		return err
	}
	if slices.Contains(ignored, entry.Name()) {
		return skip(entry)
	}
	if !strings.Contains(file, "/") && !slices.Contains(topLevel, file) {
		c.report(file, 1, "nothing of this name may lie at the top level")
		return skip(entry)
	}
	switch {
	case file == ".git":
		return skip(entry)
	case entry.IsDir():
		c.checkFolderName(file)
		return nil
	case strings.HasSuffix(file, ".go"):
		return c.checkFile(file)
	}
	return nil
}

func skip(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func (c *checker) checkFolderName(folder string) {
	if slices.Contains(vagueNames, path.Base(folder)) {
		c.report(folder, 1, "the name %q does not say what the folder holds", path.Base(folder))
	}
}

func (c *checker) checkFile(file string) error {
	folder := path.Dir(file)
	row, ok := rowOf(folder)
	if !ok {
		c.report(file, 1, "the folder %s has no row in the table of rooms", folder)
		return nil
	}
	if strings.HasPrefix(folder, "definitions/") && c.holdsDefinition(folder) {
		c.report(file, 1, "a folder of definitions holds no Go")
	}
	source, err := fs.ReadFile(c.root, file)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, file, source, parser.SkipObjectResolution)
	if err != nil {
		c.report(file, 1, "cannot be parsed: %v", err)
		return nil
	}
	c.checkImports(row, file, fset, syntax)
	if row.pure && !isTest(file) {
		c.checkCalls(row, file, fset, syntax)
	}
	return nil
}

// holdsDefinition tells whether a process lies in the folder.
func (c *checker) holdsDefinition(folder string) bool {
	holds, known := c.definitionFolders[folder]
	if !known {
		found, _ := fs.Glob(c.root, folder+"/*.bpmn")
		holds = len(found) > 0
		c.definitionFolders[folder] = holds
	}
	return holds
}

func (c *checker) checkImports(row room, file string, fset *token.FileSet, syntax *ast.File) {
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has seen to it
		}
		if rule := row.forbids(imported, isTest(file)); rule != "" {
			c.report(file, fset.Position(spec.Pos()).Line, "import of %q: %s", imported, rule)
		}
	}
}

// checkCalls finds uses of a closed name of an open package, whatever the import is called in this file.
func (c *checker) checkCalls(row room, file string, fset *token.FileSet, syntax *ast.File) {
	closed := map[string][]string{}
	for _, spec := range syntax.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if names, ok := impureCalls[imported]; ok {
			closed[localName(spec, imported)] = names
		}
	}
	ast.Inspect(syntax, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := s.X.(*ast.Ident); ok && slices.Contains(closed[pkg.Name], s.Sel.Name) {
				c.report(file, fset.Position(s.Pos()).Line, "use of %s.%s: %s is a pure room", pkg.Name, s.Sel.Name, row.folder)
			}
		}
		return true
	})
}

func localName(spec *ast.ImportSpec, imported string) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return path.Base(imported)
}

func isTest(file string) bool { return strings.HasSuffix(file, "_test.go") }
