// Package secret encrypts what must not be read from a stolen disk, backup or Temporal history, and finds it again by a keyed
// index. It works on bytes and knows nothing of what they mean. A key never shows in its errors or when a Box is printed.
package secret

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrKeyset says that what was given is no keyset.
var ErrKeyset = errors.New("secret: this is no Fasthold keyset; make one with secret.Generate and keep it safe, for what it sealed opens with it alone")

// ErrOpen says that something does not open: it was sealed with another keyset, under another context, or was changed.
var ErrOpen = errors.New("secret: the sealed data does not open with this keyset; check that it is the one the data was written with")

// MaxKeyset is the largest keyset that is read, in bytes.
const MaxKeyset = 64 << 10

// indexBytes is the length of a blind index: 16 bytes make two different values meet practically never.
const indexBytes = 16

// Box seals, opens and indexes with one keyset. It is safe for use by several goroutines.
type Box struct {
	aead  tink.AEAD
	index *prf.Set
	keyID string
}

// file is the keyset as it is kept: two ordinary Tink keysets, so that Tink's own tools can rotate the first. The second never
// rotates: the index of a value has to stay what it is.
type file struct {
	Version int             `json:"version"`
	AEAD    json.RawMessage `json:"aead"`
	Index   json.RawMessage `json:"index"`
}

// Generate makes a new keyset, a JSON text. Whoever has it can read everything that is sealed with it.
func Generate() ([]byte, error) {
	sealing, err := generate(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	index, err := generate(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return nil, err
	}
	return json.Marshal(file{Version: 1, AEAD: sealing, Index: index})
}

// New makes a Box of a keyset that Generate made. The error is ErrKeyset.
func New(keysetJSON []byte) (*Box, error) {
	if len(keysetJSON) > MaxKeyset {
		return nil, ErrKeyset
	}
	var f file
	if err := json.Unmarshal(keysetJSON, &f); err != nil || f.Version != 1 {
		return nil, ErrKeyset
	}
	sealing, err := read(f.AEAD)
	if err != nil {
		return nil, ErrKeyset
	}
	index, err := read(f.Index)
	if err != nil {
		return nil, ErrKeyset
	}
	return build(sealing, index)
}

func build(sealing, index *keyset.Handle) (*Box, error) {
	a, err := aead.New(sealing)
	if err != nil {
		return nil, ErrKeyset
	}
	p, err := prf.NewPRFSet(index)
	if err != nil {
		return nil, ErrKeyset
	}
	primary := sealing.KeysetInfo().GetPrimaryKeyId()
	return &Box{aead: a, index: p, keyID: fmt.Sprintf("%08x", primary)}, nil
}

// Seal encrypts plain so that it opens only under the same context: what belongs to one case and field cannot be moved to another.
func (b *Box) Seal(plain []byte, context string) ([]byte, error) {
	return b.aead.Encrypt(plain, []byte(context))
}

// Open decrypts what Seal made under the same context. The error is ErrOpen.
func (b *Box) Open(sealed []byte, context string) ([]byte, error) {
	plain, err := b.aead.Decrypt(sealed, []byte(context))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// Index returns a text that is the same for the same kind and value and tells neither without the keyset, for looking up what is
// sealed. The kind keeps values of different meaning apart.
func (b *Box) Index(kind, value string) (string, error) {
	sum, err := b.index.ComputePrimaryPRF(indexInput(kind, value), indexBytes)
	if err != nil {
		return "", errors.New("secret: the index could not be computed")
	}
	return hex.EncodeToString(sum), nil
}

// indexInput keeps ("a", "bc") and ("ab", "c") apart.
func indexInput(kind, value string) []byte {
	return fmt.Appendf(nil, "%d:%s%s", len(kind), kind, value)
}

// KeyID names the key that Seal uses now, eight hexadecimal digits. It is no secret.
func (b *Box) KeyID() string { return b.keyID }

// String tells the key id only.
func (b *Box) String() string { return "secret.Box(key " + b.keyID + ")" }

// Format writes String whatever the verb.
func (b *Box) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, b.String()) }

// LogValue gives slog the String.
func (b *Box) LogValue() slog.Value { return slog.StringValue(b.String()) }

// generate makes a keyset with one new key.
func generate(template *tinkpb.KeyTemplate) ([]byte, error) {
	handle, err := keyset.NewHandle(template)
	if err != nil {
		return nil, fmt.Errorf("secret: make a key: %w", err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return nil, fmt.Errorf("secret: write a key: %w", err)
	}
	return text.Bytes(), nil
}

func read(text []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
}
