package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/internal/secret"
)

func newBox(t testing.TB) (*secret.Box, []byte) {
	t.Helper()
	keyset, err := secret.Generate()
	require.NoError(t, err)
	box, err := secret.New(keyset)
	require.NoError(t, err)
	return box, keyset
}

// What is sealed opens with the same keyset and context, and never holds the plain text.
func TestSealOpens(t *testing.T) {
	t.Parallel()
	box, keyset := newBox(t)
	again, err := secret.New(keyset)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		context := rapid.String().Draw(t, "context")
		sealed, err := box.Seal(plain, context)
		require.NoError(t, err)
		opened, err := again.Open(sealed, context)
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, opened))
		if len(plain) >= 8 {
			require.False(t, bytes.Contains(sealed, plain))
		}
	})
}

// Another keyset, another case, and a changed byte all get the same clear answer.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	box, _ := newBox(t)
	other, _ := newBox(t)
	sealed, err := box.Seal([]byte("2512169996"), "case-1|cpr")
	require.NoError(t, err)
	_, err = other.Open(sealed, "case-1|cpr")
	require.ErrorIs(t, err, secret.ErrOpen)
	_, err = box.Open(sealed, "case-2|cpr")
	require.ErrorIs(t, err, secret.ErrOpen)
	for at := range sealed {
		changed := bytes.Clone(sealed)
		changed[at] ^= 1
		_, err = box.Open(changed, "case-1|cpr")
		require.ErrorIs(t, err, secret.ErrOpen)
	}
}

func TestIndexFindsEqualValuesOnly(t *testing.T) {
	t.Parallel()
	box, keyset := newBox(t)
	again, _ := secret.New(keyset)
	other, _ := newBox(t)
	index := func(b *secret.Box, kind, value string) string {
		text, err := b.Index(kind, value)
		require.NoError(t, err)
		return text
	}
	require.Equal(t, index(box, "cpr", "2512169996"), index(again, "cpr", "2512169996"))
	require.NotEqual(t, index(box, "cpr", "2512169996"), index(box, "cpr", "2512169997"))
	require.NotEqual(t, index(box, "cpr", "2512169996"), index(other, "cpr", "2512169996"))
	require.NotEqual(t, index(box, "a", "bc"), index(box, "ab", "c"))
}

func TestNewRefusesWhatIsNoKeyset(t *testing.T) {
	t.Parallel()
	_, keyset := newBox(t)
	var parts map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(keyset, &parts))
	without := func(name string) string {
		rest := map[string]json.RawMessage{"version": parts["version"], "aead": parts["aead"], "index": parts["index"]}
		delete(rest, name)
		text, err := json.Marshal(rest)
		require.NoError(t, err)
		return string(text)
	}
	swapped := fmt.Sprintf(`{"version":1,"aead":%s,"index":%s}`, parts["index"], parts["aead"])
	for _, text := range []string{"", "{}", "secret", without("aead"), without("index"), without("version"), swapped,
		string(bytes.Repeat([]byte(" "), secret.MaxKeyset)) + string(keyset)} {
		_, err := secret.New([]byte(text))
		require.ErrorIs(t, err, secret.ErrKeyset)
	}
}

// Nothing that prints a Box tells a key.
func TestKeysNeverShow(t *testing.T) {
	t.Parallel()
	box, keyset := newBox(t)
	var said bytes.Buffer
	slog.New(slog.NewJSONHandler(&said, nil)).Info("box", "box", box)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&said, verb, box)
	}
	require.Contains(t, said.String(), box.KeyID())
	for _, value := range keyMaterial(t, keyset) {
		require.NotContains(t, said.String(), value)
	}
}

func keyMaterial(t *testing.T, keyset []byte) []string {
	t.Helper()
	type tinkKeyset struct {
		Key []struct{ KeyData struct{ Value string } }
	}
	var parts struct{ AEAD, Index tinkKeyset }
	require.NoError(t, json.Unmarshal(keyset, &parts))
	require.NotEmpty(t, parts.AEAD.Key[0].KeyData.Value)
	return []string{parts.AEAD.Key[0].KeyData.Value, parts.Index.Key[0].KeyData.Value}
}

func FuzzNew(f *testing.F) {
	_, keyset := newBox(f)
	f.Add(keyset)
	f.Add([]byte(`{"version":1,"aead":{},"index":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if box, err := secret.New(text); err == nil {
			sealed, err := box.Seal([]byte("x"), "c")
			require.NoError(t, err)
			_, err = box.Open(sealed, "c")
			require.NoError(t, err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	box, _ := newBox(b)
	plain := []byte("2512169996")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := box.Seal(plain, "case|cpr"); err != nil {
			b.Fatal(err)
		}
	}
}
