package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func ask(t *testing.T, method, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	shipped.ServeHTTP(w, r)
	return w.Result()
}

var shipped = Handler()

func text(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(b)
}

func TestPathsAndWhatTheyGet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path string
		status       int
		contentType  string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8"},
		{"GET", "/opgaver/hold?sort=dueAt", 200, "text/html; charset=utf-8"},
		{"GET", "/sag/018f-1", 200, "text/html; charset=utf-8"},
		{"HEAD", "/", 200, "text/html; charset=utf-8"},
		{"GET", "/licenses.txt", 200, "text/plain; charset=utf-8"},
		{"GET", "/assets/gone.js", 404, "text/plain; charset=utf-8"},
		{"GET", "/assets/", 404, "text/plain; charset=utf-8"},
		{"GET", "/api/v1/nothing", 404, "text/plain; charset=utf-8"},
		{"GET", "/../web.go", 200, "text/html; charset=utf-8"},
		{"POST", "/", 405, "text/plain; charset=utf-8"},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			t.Parallel()
			got := ask(t, c.method, c.path)
			assert.Equal(t, c.status, got.StatusCode)
			assert.Equal(t, c.contentType, got.Header.Get("Content-Type"))
			assert.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
			assert.Contains(t, got.Header.Get("Content-Security-Policy"), "default-src 'none'")
		})
	}
}

func TestPolicyForbidsInlineAndForeignCode(t *testing.T) {
	t.Parallel()
	csp := ask(t, "GET", "/").Header.Get("Content-Security-Policy")
	assert.Contains(t, csp, "script-src 'self';")
	assert.Contains(t, csp, "style-src 'self';")
	assert.NotContains(t, csp, "http")
	assert.NotContains(t, csp, "eval")
	assert.NotContains(t, csp, "\n")
	assert.NotContains(t, text(t, ask(t, "GET", "/").Body), "<script>")
}

// What index.html points at exists, is compressed, and may be kept for ever; index.html itself may not.
func TestAssetsOfThePage(t *testing.T) {
	t.Parallel()
	page := ask(t, "GET", "/")
	assert.Equal(t, "no-cache", page.Header.Get("Cache-Control"))
	found := regexp.MustCompile(`/assets/[^"]+`).FindAllString(text(t, page.Body), -1)
	require.Len(t, found, 2, "one style sheet, one script")
	for _, path := range found {
		plain := ask(t, "GET", path)
		require.Equal(t, 200, plain.StatusCode, path)
		assert.Equal(t, "public, max-age=31536000, immutable", plain.Header.Get("Cache-Control"))
		zipped := ask(t, "GET", path, "Accept-Encoding", "br, gzip")
		assert.Equal(t, "gzip", zipped.Header.Get("Content-Encoding"))
		assert.NotEqual(t, plain.Header.Get("ETag"), zipped.Header.Get("ETag"))
		r, err := gzip.NewReader(zipped.Body)
		require.NoError(t, err)
		assert.Equal(t, text(t, plain.Body), text(t, r))
	}
}

// The bundle asks no other host for anything: the workbench works on a closed network.
func TestNothingIsLoadedFromElsewhere(t *testing.T) {
	t.Parallel()
	entries, err := dist.ReadDir("dist/assets")
	require.NoError(t, err)
	foreign := regexp.MustCompile(`(?:url\(|@import |import\()["']?https?:`)
	for _, entry := range entries {
		body, err := dist.ReadFile("dist/assets/" + entry.Name())
		require.NoError(t, err)
		assert.NotRegexp(t, foreign, string(body), entry.Name())
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"", "gzip"} {
		tag := ask(t, "GET", "/", "Accept-Encoding", encoding).Header.Get("ETag")
		require.NotEmpty(t, tag)
		for header, status := range map[string]int{tag: 304, "W/" + tag: 304, `"other", ` + tag: 304, "*": 304, `"other"`: 200} {
			got := ask(t, "GET", "/", "Accept-Encoding", encoding, "If-None-Match", header)
			assert.Equal(t, status, got.StatusCode, "%s with %q", header, encoding)
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, GZIP": true, "gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0": false, "br": false, "x-gzip": false, "gzip;q=x": false,
	} {
		assert.Equal(t, want, acceptsGzip(header), header)
	}
}

func TestHeadHasNoBody(t *testing.T) {
	t.Parallel()
	got := ask(t, "HEAD", "/")
	assert.Empty(t, text(t, got.Body))
	assert.NotEqual(t, "0", got.Header.Get("Content-Length"))
}

func FuzzFind(f *testing.F) {
	for _, path := range []string{"/", "/api", "/assets/x", "//", "/..", "\x00", strings.Repeat("/a", 1000)} {
		f.Add(path)
	}
	index := file{etag: "index"}
	files := map[string]file{"index.html": index, "assets/a.js": {etag: "a"}}
	f.Fuzz(func(t *testing.T, path string) {
		got, ok := find(files, path)
		if below := strings.HasPrefix(path, "/api/"); ok && below {
			t.Fatalf("%q is the API's, got %q", path, got.etag)
		}
	})
}
