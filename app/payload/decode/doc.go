// Package decode turns the bytes of a payload into what a reader can see: a text, a document
// of values, or a picture.
//
// A [Set] holds what one profile says about its topics. It reads a message as the profile
// binds it; else as the bytes, the content type (MQTT 5 §3.3.2.3.9) or the topic say for
// certain; else as text or as bytes. Nothing is ever guessed. [Set.As] reads it as a user
// chose by hand.
//
// Whatever has values gives them as one JSON text ([Result.Document]), so that key paths,
// numbers, diffs and short forms work on every format alike. What does not decode says why and
// where, and its bytes stay at hand.
//
// All bytes are foreign. No decoder allocates by a length that they claim, recurses without a
// bound, or unpacks more than [Limits] allow. Everything here may be called from any goroutine.
//
// Each format stands in a file of its own and becomes known by [Standard]; a format that needs
// more than bytes and a line of options is added with [Registry.Add].
package decode
