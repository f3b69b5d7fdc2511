// Package rooms holds the walls between the rooms of the repository: which folder may import what, what its code may call,
// and what may lie where. [Check] reads source files only, so that Go's test cache notices every change.
package rooms

import "slices"

// Module is the path of the repository's main module; imports below it are imports of rooms.
const Module = "fasthold"

// room is one row of the table of rooms. Import patterns are paths; a path ending in "/..." also means everything below it.
type room struct {
	// folder is where the room lies, with everything below it that has no row of its own; "." is the root folder alone.
	folder string
	// rooms are the folders of this repository that the room may import besides itself and what lies below it.
	rooms []string
	// modules are the packages of other modules that the room may import.
	modules []string
	// never are packages that the room may not import although a pattern above would allow it; of the standard library all others are allowed.
	never []string
	// tests are what the room's tests may import besides testModules.
	tests []string
	// pure forbids the clock, I/O, randomness and contexts: see impurePackages and impureCalls.
	pure bool
}

var (
	anything = []string{"..."}
	decimals = []string{"github.com/cockroachdb/apd/v3"}
	temporal = []string{"go.temporal.io/..."}

	// cluster is what talks to Temporal or runs it. (sdk/worker is open: Register functions take its registry interfaces.)
	cluster = []string{"go.temporal.io/sdk/client", "go.temporal.io/server/..."}
	// web is what only the API may know.
	web = []string{"github.com/gin-gonic/...", "github.com/danielgtaylor/huma/...", "net/http/httptest"}
	// database is what only the store may know.
	database = []string{"database/sql/...", "gorm.io/...", "github.com/jackc/...", "modernc.org/...", "github.com/pressly/goose/..."}
	// network is what a workflow, replayed as it is, may not touch.
	network = []string{"net", "net/http/...", "net/rpc/...", "net/smtp", "os/...", "syscall", "math/rand/...", "crypto/rand", "github.com/google/uuid"}
	// machine is what a package that only computes does without.
	machine = slices.Concat(network, []string{"go.temporal.io/..."}, web, database)
)

// table is §2 of the design: a folder that is not in it may hold no Go file.
var table = []room{
	{folder: ".", rooms: []string{"definitions/...", "workflows/...", "activities/...", "api/...", "worker/...", "internal/..."}, modules: anything},
	{folder: "definitions", modules: decimals, pure: true},
	{folder: "workflows/engine", rooms: []string{"definitions/..."}, modules: decimals, pure: true},
	{folder: "workflows", rooms: []string{"definitions/...", "workflows/engine", "internal/casework", "internal/workday"}, modules: temporal,
		never: slices.Concat(cluster, []string{"go.temporal.io/sdk/activity"}, network, database), tests: temporal},
	{folder: "activities", rooms: []string{"definitions/...", "internal/..."}, modules: anything,
		never: slices.Concat(cluster, []string{"go.temporal.io/sdk/workflow"}, web)},
	{folder: "api", rooms: []string{"definitions/...", "internal/...", "workflows/..."}, modules: anything,
		never: []string{"go.temporal.io/sdk/worker", "go.temporal.io/sdk/workflow", "go.temporal.io/sdk/activity", "go.temporal.io/server/..."}},
	{folder: "worker", rooms: []string{"definitions/...", "workflows/...", "activities/...", "internal/..."}, modules: anything, never: web},
	{folder: "internal/casework", modules: []string{"github.com/go-playground/validator/..."}, never: machine},
	{folder: "internal/nemrefusion", rooms: []string{"internal/casework", "internal/workday"}, modules: []string{"github.com/google/uuid"},
		never: slices.DeleteFunc(slices.Clone(machine), func(p string) bool { return p == "github.com/google/uuid" })},
	{folder: "internal/workday", never: machine},
	{folder: "internal/secret", modules: []string{"github.com/tink-crypto/tink-go/..."}, never: []string{"net/..."}},
	{folder: "internal/payload", rooms: []string{"internal/secret"}, modules: []string{"go.temporal.io/...", "google.golang.org/protobuf/..."}, never: slices.Concat(cluster, network, database)},
	{folder: "internal/simulation", rooms: []string{"definitions/...", "workflows/engine", "internal/workday"}, modules: anything, never: slices.Concat(temporal, web, database)},
	{folder: "internal/story", rooms: []string{"definitions/...", "workflows/...", "internal/casework", "internal/simulation", "internal/workday"}, modules: anything, never: slices.Concat(web, database)},
	{folder: "internal/store", rooms: []string{"definitions/...", "internal/casework", "internal/secret", "internal/nemrefusion", "internal/workday"},
		modules: anything, never: slices.Concat(temporal, web, []string{"net/http/..."})},
	{folder: "internal/rooms"},
	{folder: "dev", rooms: []string{"..."}, modules: anything},
}

// testModules are what the tests of every room may import besides; of rooms they may import what their room may, and its own test kits.
var testModules = []string{
	"github.com/stretchr/testify/...", "github.com/google/go-cmp/...", "pgregory.net/rapid", "github.com/rickar/cal/...", "github.com/google/uuid",
	"go.yaml.in/yaml/v3",
}

// impurePackages are closed to pure rooms: a clock, I/O, randomness, contexts, and ways round the language.
var impurePackages = []string{
	"bufio", "context", "crypto/rand", "database/sql/...", "io/ioutil", "log/...", "math/rand/...", "net", "net/http/...", "net/rpc/...", "net/smtp",
	"os/...", "path/filepath", "plugin", "runtime/...", "syscall", "testing/...", "unsafe",
}

// impureCalls are closed to pure rooms inside packages that are otherwise open.
var impureCalls = map[string][]string{
	"time": {"After", "AfterFunc", "Local", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"},
	"fmt":  {"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
}

// topLevel is all that may lie in the root folder; what git ignores is not looked at.
var topLevel = []string{
	"definitions", "workflows", "activities", "api", "worker", "internal", "dev", "docs",
	"main.go", "main_test.go", "rehearse.go", "rehearse_test.go", "go.mod", "go.sum", "go.work", "go.work.sum",
	"README.md", "LICENSE", "Dockerfile", "docker-compose.yml", ".dockerignore", ".env.example", "Makefile",
	"fasthold", // what go build leaves; git ignores it
	".ci", ".git", ".gitignore", ".gitattributes", ".editorconfig", ".golangci.yml",
}

// ignored are the names that .gitignore keeps out at any depth, and test data, where files may be anything.
var ignored = []string{"node_modules", "testdata", ".fasthold", ".env", "bin"}

// vagueNames say nothing about what a package holds.
var vagueNames = []string{"common", "helper", "helpers", "misc", "pkg", "shared", "util", "utils"}
