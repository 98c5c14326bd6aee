// Package protobuf reads Protocol Buffers: with a schema, from .proto files or a compiled
// descriptor set that the user picks, as the message that they name; without one, as the wire
// format alone tells (field numbers, and a guess at what bytes are, marked as such).
//
// [Kind] brings both into a [decode.Registry]; [Schema] also writes messages from JSON. The
// documents follow the JSON mapping of protobuf, but keep 64-bit numbers as numbers, field
// names as the schema writes them, and bytes as h'…', as the other formats do.
package protobuf
