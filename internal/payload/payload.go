// Package payload encrypts what Temporal stores of a workflow, so that its database, backups and Web UI show ciphertext to whoever has
// no key. What clients and workers exchange goes through [Converter] on both sides.
package payload

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"fasthold/internal/secret"
)

const keyIDMeta = "fasthold-key"

// form is how a payload is sealed. Its context keeps what is sealed in it from opening anywhere else.
type form struct{ encoding, context string }

var (
	plain    = form{"binary/fasthold-sealed", "temporal-payload"}
	deflated = form{"binary/fasthold-sealed-deflated", "temporal-payload-deflated"}
)

// large is the size in bytes from which a payload is compressed before it is sealed: Temporal refuses more than 2 MB, and an instance with
// thousands of open tasks continues as new with more than that.
const large = 64 << 10

// Converter is Temporal's data converter with encryption.
func Converter(box *secret.Box) converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), Codec{box})
}

// Codec seals and opens payloads: also for the codec server that lets a supervisor read them in the Temporal Web UI.
type Codec struct{ Box *secret.Box }

var _ converter.PayloadCodec = Codec{}

// Encode seals payloads.
func (c Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(p *commonpb.Payload) (*commonpb.Payload, error) {
		content, err := proto.Marshal(p)
		if err != nil {
			return nil, err
		}
		f := plain
		if len(content) >= large {
			f, content = deflated, deflate(content)
		}
		sealed, err := c.Box.Seal(content, f.context)
		if err != nil {
			return nil, err
		}
		meta := map[string][]byte{converter.MetadataEncoding: []byte(f.encoding), keyIDMeta: []byte(c.Box.KeyID())}
		return &commonpb.Payload{Metadata: meta, Data: sealed}, nil
	})
}

// Decode opens sealed payloads and leaves others as they are.
func (c Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(p *commonpb.Payload) (*commonpb.Payload, error) {
		f := plain
		switch string(p.Metadata[converter.MetadataEncoding]) {
		case plain.encoding:
		case deflated.encoding:
			f = deflated
		default:
			return p, nil
		}
		content, err := c.Box.Open(p.Data, f.context)
		if err != nil {
			return nil, fmt.Errorf("payload sealed with key %s: %w", p.Metadata[keyIDMeta], err)
		}
		if f == deflated {
			if content, err = io.ReadAll(flate.NewReader(bytes.NewReader(content))); err != nil {
				return nil, err
			}
		}
		out := new(commonpb.Payload)
		return out, proto.Unmarshal(content, out)
	})
}

func deflate(content []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestSpeed) // cannot fail: the level is known
	_, _ = w.Write(content)                        // nor can these: it goes to memory
	_ = w.Close()
	return out.Bytes()
}

func each(payloads []*commonpb.Payload, do func(*commonpb.Payload) (*commonpb.Payload, error)) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		done, err := do(p)
		if err != nil {
			return nil, err
		}
		out[i] = done
	}
	return out, nil
}
