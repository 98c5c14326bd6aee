package websocket

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	gorilla "github.com/gorilla/websocket"
)

const (
	userPlace     = "{{user}}"
	passwordPlace = "{{password}}"
)

func hasPlaceholder(s string) bool {
	return strings.Contains(s, userPlace) || strings.Contains(s, passwordPlace)
}

// fill puts the credentials in their places. The replacer looks at no byte twice, so a
// password that reads {{user}} stays what it is.
func (c Config) fill(template string) string {
	return strings.NewReplacer(userPlace, c.User, passwordPlace, c.Password).Replace(template)
}

// needsPassword tells whether a placeholder waits for a password that was not given.
func (c Config) needsPassword() bool {
	if c.Password != "" {
		return false
	}
	for _, o := range c.Opening {
		if !o.Binary && strings.Contains(o.Text, passwordPlace) {
			return true
		}
	}
	for _, values := range c.Header {
		for _, v := range values {
			if strings.Contains(v, passwordPlace) {
				return true
			}
		}
	}
	return false
}

// frame makes the message that o describes. Errors hold no secret.
func (c Config) frame(o Opening) (kind int, data []byte, err error) {
	if o.Binary {
		data, err = hex.DecodeString(strings.Join(strings.FieldsFunc(o.Text, unicode.IsSpace), ""))
		if err != nil {
			return 0, nil, fmt.Errorf("an opening message is not hexadecimal: %w", err)
		}
		return gorilla.BinaryMessage, data, nil
	}
	filled := c
	if hasPlaceholder(o.Text) && json.Valid([]byte(o.Text)) {
		filled.User, filled.Password = inJSON(c.User), inJSON(c.Password)
	}
	text := filled.fill(o.Text)
	if !utf8.ValidString(text) {
		return 0, nil, errors.New("an opening message is not valid UTF-8")
	}
	return gorilla.TextMessage, []byte(text), nil
}

// inJSON is s as it stands between the quotes of a JSON string.
func inJSON(s string) string {
	quoted, _ := json.Marshal(s) // a string always can
	return string(quoted[1 : len(quoted)-1])
}
