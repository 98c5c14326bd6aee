// Package secret keeps passwords, tokens and keys: in the system's keyring; where there is
// none, in a file that is encrypted under a passphrase; else in memory until the program ends.
//
// A [Store] is asked for a [Ref], a field of a profile, and answers with a [Secret], a value
// that prints as stars wherever it gets to. [Store.Where] tells where a secret lies, so that a
// window can say so. Nothing here asks the user anything: errors such as [ErrPassphrase] and
// [ErrLocked] say what is missing.
//
// What is too large for a keyring lies in a file whose key is in the keyring. Both kinds of
// file are age's (age-encryption.org/v1), inside a JSON document that is replaced atomically.
//
// A keyring that is locked may never answer, so every call to it has a deadline.
package secret
