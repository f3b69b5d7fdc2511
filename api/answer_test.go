package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplitTakesCaseDataOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, components, values, rest, kept string }{
		{"nothing to keep", `{"key":"a"}`, `{"a":1}`, `{"a":1}`, `{}`},
		{"a note", `{"key":"n","properties":{"store":"note"}},{"key":"a"}`, `{"n":" talt ","a":1.50}`, `{"a":1.50}`, `{"Notes":["talt"]}`},
		{"an empty note is none", `{"key":"n","properties":{"store":"note"}}`, `{"n":" "}`, `{}`, `{}`},
		{"a note that is not there", `{"key":"n","properties":{"store":"note"}}`, `{"a":true}`, `{"a":true}`, `{}`},
		{"in a group with a path", `{"type":"group","path":"g","components":[{"key":"n","properties":{"store":"note"}},{"key":"a"}]}`,
			`{"g":{"n":"x","a":1}}`, `{"g":{"a":1}}`, `{"Notes":["x"]}`},
		{"what has no name has no value", `{"type":"group","properties":{"store":"note"},"components":[{"key":"a"}]}`, `{"a":1}`, `{"a":1}`, `{}`},
		{"in a group without", `{"type":"group","components":[{"key":"n","properties":{"store":"note"}}]}`, `{"n":"x"}`, `{}`, `{"Notes":["x"]}`},
		{"under a dotted key", `{"key":"g.n","properties":{"store":"note"}}`, `{"g":{"n":"x"}}`, `{"g":{}}`, `{"Notes":["x"]}`},
		{"a meeting", `{"key":"who","properties":{"store":"meeting"}},{"key":"at","properties":{"store":"meeting"}}`, `{"who":["a","b"],"at":"10:00"}`, `{}`,
			`{"Meeting":{"who":"a, b","at":"10:00"}}`},
		{"a plan without its empty lines", `{"path":"p","type":"dynamiclist","properties":{"store":"plan"},"components":[{"key":"action"}]}`,
			`{"p":[{"owner":"company","action":"x","due":"2026-12-01"},{"action":" "}]}`, `{}`, `{"Plan":[{"Owner":"company","Action":"x","Due":"2026-12-01"}]}`},
		{"milestones", `{"path":"p","type":"dynamiclist","properties":{"store":"milestones"}}`, `{"p":[{"action":"x"}]}`, `{}`, `{"Milestones":[{"Action":"x","Milestone":true}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rest, k, err := split(json.RawMessage(`{"components":[`+c.components+`]}`), json.RawMessage(c.values))
			require.NoError(t, err)
			require.JSONEq(t, c.rest, string(rest))
			require.Contains(t, compact(t, k.Answer), compactText(c.kept))
		})
	}
	_, _, err := split(json.RawMessage(`{"components":[{"key":"n","properties":{"store":"attic"}}]}`), json.RawMessage(`{"n":"x"}`))
	require.ErrorContains(t, err, "attic")
}

// compact writes what is set.
func compact(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(data, &fields))
	strip(fields)
	data, err = json.Marshal(fields)
	require.NoError(t, err)
	return strings.Trim(string(data), "{}")
}

func compactText(text string) string {
	var fields map[string]any
	_ = json.Unmarshal([]byte(text), &fields)
	data, _ := json.Marshal(fields)
	return strings.Trim(string(data), "{}")
}

// strip removes zero values.
func strip(fields map[string]any) {
	for name, value := range fields {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				if inner, ok := item.(map[string]any); ok {
					strip(inner)
				}
			}
		case map[string]any:
			continue
		}
		if value == nil || value == "" || value == false || value == 0.0 || value == "0001-01-01T00:00:00Z" {
			delete(fields, name)
		}
	}
}

// Whatever comes as a deployment is read or refused, and never more than what was sent.
func FuzzReadFiles(f *testing.F) {
	f.Add("application/xml", []byte("<a/>"))
	f.Add("text/xml; charset=utf-8", []byte(""))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"resources\"; filename=\"a.bpmn\"\r\n\r\nhello\r\n--x--\r\n"))
	f.Add("multipart/form-data", []byte("--\r\n"))
	f.Add("multipart/form-data; boundary=", []byte("----"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		files, err := readFiles(kind, body)
		if err == nil && len(files) == 0 {
			t.Fatal("neither a file nor an error")
		}
		for _, file := range files {
			if len(file.Data) > len(body) || file.Name == "" || len(file.Name) > maxFileName || !bytes.Contains(append(body, 0), file.Data) && !strings.Contains(string(body), "quoted-printable") {
				t.Fatalf("%q: %d bytes of %d", file.Name, len(file.Data), len(body))
			}
		}
	})
}

// Case data is taken out or the form is refused; nothing else is lost.
func FuzzSplit(f *testing.F) {
	f.Add(`{"components":[{"key":"n","properties":{"store":"note"}}]}`, `{"n":"x","a":1}`)
	f.Add(`{"components":[{"key":"a.b","properties":{"store":"plan"}}]}`, `{"a":{"b":[{"action":"x"}]}}`)
	f.Add(`{"components":[{"properties":{"store":"meeting"}}]}`, `{"a":null}`)
	f.Fuzz(func(t *testing.T, source, values string) {
		rest, _, err := split(json.RawMessage(source), json.RawMessage(values))
		if err == nil && json.Valid([]byte(values)) && !json.Valid(rest) {
			t.Fatalf("%q is no JSON", rest)
		}
	})
}

func FuzzDuration(f *testing.F) {
	for _, seed := range []string{"", "P3W", "PT1H", "-P1D", "P9999Y", "P", "P1.5D"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := duration("/x", text, testTime)
		if err == nil && (d < 0 || d > maxSpan) {
			t.Fatalf("%q is %s", text, d)
		}
	})
}
