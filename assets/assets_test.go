package assets

import (
	"bytes"
	"encoding/json"
	"image/png"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func TestTheIconsAreSquares(t *testing.T) {
	icon, err := os.ReadFile("icon.png")
	if err != nil {
		t.Fatal(err)
	}
	for side, icon := range map[int][]byte{512: icon, 144: Logo} {
		config, err := png.DecodeConfig(bytes.NewReader(icon))
		if err != nil {
			t.Fatal(err)
		}
		if config.Width != side || config.Height != side {
			t.Errorf("the icon of %d is %d × %d", side, config.Width, config.Height)
		}
	}
}

// Fyne drops a whole file without a word when one of its keys is reserved or twice there.
func TestTranslationsAreReadable(t *testing.T) {
	reserved := map[string]bool{"id": true, "description": true, "hash": true, "leftdelim": true, "rightdelim": true, "zero": true, "one": true, "two": true, "few": true, "many": true, "other": true}
	names, err := fs.Glob(Translations, "translations/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("translations: %q, %v", names, err)
	}
	for _, name := range names {
		file, err := Translations.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(file))
		if _, err := decoder.Token(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		seen := map[string]bool{}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var text any // a string, or the plural forms
			if err := decoder.Decode(&text); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			word, ok := key.(string)
			switch {
			case !ok || seen[word]:
				t.Errorf("%s: key %v stands twice", name, key)
			case reserved[strings.ToLower(word)]:
				t.Errorf("%s: %q is a reserved key", name, word)
			case text == "":
				t.Errorf("%s: %q has no text", name, word)
			}
			seen[word] = true
		}
	}
}
