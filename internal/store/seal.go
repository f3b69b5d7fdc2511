package store

import (
	"encoding/base64"
	"encoding/json"
)

// sealContext binds sealed data to a case (or another owner) and a field.
func sealContext(owner, field string) string { return owner + "|" + field }

// sealText seals a text of the owner; "" stays nothing.
func (tx *tx) sealText(owner, field, text string) ([]byte, error) {
	if text == "" {
		return []byte{}, nil
	}
	return tx.box.Seal([]byte(text), sealContext(owner, field))
}

func (tx *tx) openText(owner, field string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	text, err := tx.box.Open(sealed, sealContext(owner, field))
	return string(text), err
}

func (tx *tx) sealJSON(owner, field string, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return tx.box.Seal(text, sealContext(owner, field))
}

func (tx *tx) openJSON(owner, field string, sealed []byte, value any) error {
	text, err := tx.box.Open(sealed, sealContext(owner, field))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, value)
}

func encodeBytes(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func decodeBytes(text string) ([]byte, error) { return base64.StdEncoding.DecodeString(text) }
