package secret

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"streamscope/connections/document"
)

const boxVersion = 1

// maxBox bounds what a decrypted file may hold, in bytes.
const maxBox = 16 << 20

// box is an encrypted file of secrets. Its data is encrypted to a key pair, so that writing
// costs no key derivation; what leads to the private key differs.
type box struct {
	// KeyName names the entry of the keyring that holds the private key.
	KeyName string `json:"keyName,omitempty"`
	// Key is the private key, encrypted under a passphrase.
	Key string `json:"key,omitempty"`
	// Data is an encrypted JSON object: secrets by the name of their ref.
	Data string `json:"data"`
}

// loadBox reads a box; an [io/fs.ErrNotExist] says that there is none.
func loadBox(path string) (b box, err error) {
	err = document.Load(path, boxVersion, &b)
	return b, err
}

func (b box) save(path string) error { return document.Save(path, boxVersion, b) }

// newKey returns a fresh private key and its text, as age writes it.
func newKey() (*age.X25519Identity, Secret, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, Secret{}, err
	}
	return key, New(key.String()), nil
}

func parseKey(text Secret) (*age.X25519Identity, error) {
	key, err := age.ParseX25519Identity(strings.TrimSpace(text.Reveal()))
	if err != nil {
		return nil, errors.New("that is no key of ours") // age's error quotes the text
	}
	return key, nil
}

// open decrypts the data.
func (b box) open(key *age.X25519Identity) (map[string]string, error) {
	plain, err := unseal(b.Data, key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	items := map[string]string{}
	if json.Unmarshal(plain, &items) != nil {
		return nil, ErrDamaged
	}
	return items, nil
}

// fill encrypts items to the key's owner.
func (b *box) fill(key *age.X25519Identity, items map[string]string) error {
	plain, err := json.Marshal(items)
	if err != nil {
		return err
	}
	b.Data, err = seal(plain, key.Recipient())
	return err
}

// wrap encrypts the private key under a passphrase; work is as in [Seal].
func (b *box) wrap(key *age.X25519Identity, passphrase Secret, work int) (err error) {
	b.Key, err = Seal([]byte(key.String()), passphrase, work)
	return err
}

func (b box) unwrap(passphrase Secret) (*age.X25519Identity, error) {
	text, err := Unseal(b.Key, passphrase)
	if err != nil {
		return nil, err
	}
	return parseKey(New(string(text)))
}

// Seal encrypts under a passphrase, which must not be empty, to text that can stand in JSON. work
// is log2 of scrypt's cost, 0 for age's own: about a second. Any goroutine.
func Seal(plain []byte, passphrase Secret, work int) (string, error) {
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return "", err
	}
	if work > 0 {
		recipient.SetWorkFactor(work)
	}
	return seal(plain, recipient)
}

// Unseal decrypts what [Seal] made, at its cost. Another passphrase is [ErrWrongPassphrase], another
// text [ErrDamaged]. Any goroutine.
func Unseal(text string, passphrase Secret) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return nil, ErrWrongPassphrase // it is empty
	}
	plain, err := unseal(text, identity)
	var mismatch *age.NoIdentityMatchError
	switch {
	case errors.As(err, &mismatch):
		return nil, ErrWrongPassphrase
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return plain, nil
}

// seal encrypts to text that can stand in JSON.
func seal(plain []byte, to age.Recipient) (string, error) {
	var out bytes.Buffer
	text := armor.NewWriter(&out)
	w, err := age.Encrypt(text, to)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(plain); err != nil {
		return "", err
	}
	if err := errors.Join(w.Close(), text.Close()); err != nil {
		return "", err
	}
	return out.String(), nil
}

func unseal(text string, with age.Identity) ([]byte, error) {
	r, err := age.Decrypt(armor.NewReader(strings.NewReader(text)), with)
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxBox+1))
	if err == nil && len(plain) > maxBox {
		err = fmt.Errorf("it holds more than %d bytes", maxBox)
	}
	return plain, err
}
