package logfile

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

const masked = "[masked]"

// secretWords mark a key as secret, wherever in it and however cased they stand.
var secretWords = []string{"password", "passwd", "passphrase", "secret", "token", "authorization", "credential", "api_key", "apikey", "private_key", "privatekey"}

var (
	// userInfo reaches to the last @ of a word: a password may hold @ and / unescaped.
	userInfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s"'<>]*@`)
	// header is a line of HTTP, also as Go and JSON print it.
	header = regexp.MustCompile(`(?i)(authorization["']?\s*[:=]\s*[\["']*(?:(?:basic|bearer|digest|negotiate)\s+)?)[^\s"'\]},;]+`)
	// pair is key=value, key:value or "key": "value" within a longer text.
	pair = regexp.MustCompile(`(?i)((?:` + strings.Join(secretWords, "|") + `)\w*(?:["']\s*:\s*|[=:])["']?)[^\s"'&;,}\]]+`)
)

// mask is a ReplaceAttr function for [slog.HandlerOptions] that leaves no secret in a
// record: neither under a key that names one, nor in a URL, a header or a structure.
func mask(groups []string, attr slog.Attr) slog.Attr {
	if isSecret(attr.Key) {
		return slog.String(attr.Key, masked)
	}
	for _, group := range groups {
		if isSecret(group) {
			return slog.String(attr.Key, masked)
		}
	}
	switch attr.Value.Kind() {
	case slog.KindString:
		attr.Value = slog.StringValue(maskText(attr.Value.String()))
	case slog.KindAny:
		attr.Value = maskAny(attr.Value.Any())
	}
	return attr
}

// Masked returns the arguments of a command line as they may be shown, without the secrets
// in them.
func Masked(args []string) []string {
	shown := make([]string, len(args))
	for i, arg := range args {
		shown[i] = maskText(arg)
	}
	return shown
}

func isSecret(key string) bool {
	key = strings.ToLower(strings.ReplaceAll(key, "-", "_"))
	for _, word := range secretWords {
		if strings.Contains(key, word) {
			return true
		}
	}
	return false
}

func maskText(text string) string {
	text = userInfo.ReplaceAllString(text, "${1}"+masked+"@")
	text = header.ReplaceAllString(text, "${1}"+masked)
	return pair.ReplaceAllString(text, "${1}"+masked)
}

// maskAny turns a value into the text that a log shows, with its secrets masked.
func maskAny(value any) slog.Value {
	switch v := value.(type) {
	case nil, slog.Level, *slog.Source:
		return slog.AnyValue(v)
	case error:
		return slog.StringValue(maskText(v.Error()))
	case fmt.Stringer:
		return slog.StringValue(maskText(v.String()))
	}
	// By way of JSON every structure becomes maps, whose keys tell what is secret.
	document, err := json.Marshal(value)
	if err != nil {
		return slog.StringValue(fmt.Sprintf("%T", value))
	}
	var tree any
	if err := json.Unmarshal(document, &tree); err != nil {
		return slog.StringValue(fmt.Sprintf("%T", value))
	}
	document, err = json.Marshal(maskTree(tree))
	if err != nil {
		return slog.StringValue(fmt.Sprintf("%T", value))
	}
	return slog.StringValue(string(document))
}

func maskTree(node any) any {
	switch n := node.(type) {
	case map[string]any:
		for key, value := range n {
			if isSecret(key) {
				n[key] = masked
			} else {
				n[key] = maskTree(value)
			}
		}
	case []any:
		for i, value := range n {
			n[i] = maskTree(value)
		}
	case string:
		return maskText(n)
	}
	return node
}
