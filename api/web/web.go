// Package web serves the workbench: the pages that people work with. They are written in TypeScript (src/), built with
// `npm run build`, and the result (dist/) is committed and embedded, so that Go alone builds Fasthold.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed dist
var dist embed.FS

// policy is the Content-Security-Policy of every page. Nothing is loaded from elsewhere and no script or style is inline, but
// for style attributes (style-src-attr): bpmn-js sets them while it draws, and they can neither load nor run anything.
//
//go:embed csp.txt
var policy string

// assets is the folder whose file names are content hashes; whatever lies there never changes.
const assets = "assets/"

// file is one embedded file, ready to be sent.
type file struct {
	body, zipped []byte // zipped is nil when it would save nothing
	contentType  string
	etag         string
	immutable    bool
}

// contentTypes names what dist holds; the operating system's own table is not asked, because it differs between machines.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

// Handler serves the workbench. A path that is no file is a page of the workbench and gets index.html; a missing asset, and anything
// below /api/, is 404. Only GET and HEAD are answered. Hashed assets may be cached for ever, everything else is revalidated.
func Handler() http.Handler {
	content, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the embed directive above would not have compiled
	}
	return handler(content)
}

func handler(content fs.FS) http.Handler {
	files := map[string]file{}
	err := fs.WalkDir(content, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(content, name)
		files[name] = prepare(name, body)
		return err
	})
	if err != nil {
		panic(err) // memory cannot fail to be read
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
			return
		}
		f, ok := find(files, r.URL.Path)
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	})
}

// find returns the file for a request path.
func find(files map[string]file, urlPath string) (file, bool) {
	name := strings.TrimPrefix(urlPath, "/")
	if f, ok := files[name]; ok {
		return f, true
	}
	if name == "api" || strings.HasPrefix(name, "api/") || strings.HasPrefix(name, assets) {
		return file{}, false
	}
	f, ok := files["index.html"]
	return f, ok
}

func prepare(name string, body []byte) file {
	sum := sha256.Sum256(body)
	f := file{
		body:        body,
		contentType: contentTypes[path.Ext(name)],
		etag:        `"` + hex.EncodeToString(sum[:16]) + `"`,
		immutable:   strings.HasPrefix(name, assets),
	}
	if f.contentType == "" {
		f.contentType = "application/octet-stream"
	}
	if z := zip(body); len(z) < len(body)*9/10 {
		f.zipped = z
	}
	return f
}

func zip(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a valid one
	_, _ = w.Write(body)                                    // a Buffer does not fail
	_ = w.Close()
	return out.Bytes()
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if f.immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, etag := f.body, f.etag
	if f.zipped != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body, etag = f.zipped, strings.TrimSuffix(f.etag, `"`)+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	if noneMatch(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // whoever asked has gone; there is nobody to tell
	}
}

// secure sets what every answer carries, also 404.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", strings.TrimSpace(policy))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
}

// acceptsGzip reports whether an Accept-Encoding header names gzip without refusing it (RFC 9110 §12.5.3).
func acceptsGzip(header string) bool {
	for _, item := range strings.Split(header, ",") {
		coding, params, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		_, weight, weighted := strings.Cut(params, "=")
		q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		return !weighted || err == nil && q > 0
	}
	return false
}

// noneMatch reports whether an If-None-Match header names the tag (RFC 9110 §13.1.2, weak comparison).
func noneMatch(header, etag string) bool {
	for _, tag := range strings.Split(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
