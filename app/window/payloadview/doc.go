// Package payloadview is the payload tab: one message whole, as the profile reads it or as the
// user chose by hand, with what decided and, where it does not decode, why and where beside its
// bytes. The bytes as they came are one click away.
//
// It also has the two dialogs by which payloads of a topic filter are read a certain way: the
// editor of one binding and the list of all of a connection.
//
// What takes long is prepared in the background: first the beginning of a document, then all
// of it with its progress. Start at [Tab]. All of it belongs to the UI goroutine.
package payloadview
