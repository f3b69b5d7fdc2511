// Package payload encrypts what Temporal stores of a workflow, so that its database, backups and Web UI show ciphertext to whoever has
// no key. What clients and workers exchange goes through [Converter] on both sides.
package payload

import (
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"fasthold/internal/secret"
)

const (
	encoding  = "binary/fasthold-sealed"
	keyIDMeta = "fasthold-key"
	// context keeps what is sealed here from opening anywhere else.
	context = "temporal-payload"
)

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
		plain, err := proto.Marshal(p)
		if err != nil {
			return nil, err
		}
		sealed, err := c.Box.Seal(plain, context)
		if err != nil {
			return nil, err
		}
		meta := map[string][]byte{converter.MetadataEncoding: []byte(encoding), keyIDMeta: []byte(c.Box.KeyID())}
		return &commonpb.Payload{Metadata: meta, Data: sealed}, nil
	})
}

// Decode opens sealed payloads and leaves others as they are.
func (c Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(p *commonpb.Payload) (*commonpb.Payload, error) {
		if string(p.Metadata[converter.MetadataEncoding]) != encoding {
			return p, nil
		}
		plain, err := c.Box.Open(p.Data, context)
		if err != nil {
			return nil, fmt.Errorf("payload sealed with key %s: %w", p.Metadata[keyIDMeta], err)
		}
		out := new(commonpb.Payload)
		return out, proto.Unmarshal(plain, out)
	})
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
