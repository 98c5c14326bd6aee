// Package sparkplug reads what Sparkplug B puts on MQTT (Eclipse Sparkplug 3.0.0): which device a
// topic belongs to, the metrics of a payload, and, by the births that came before, the names
// behind their aliases.
//
// A payload that only changes values names its metrics by alias, and says neither name nor type;
// both stand in the birth of its node or device. So a [Book] is told every message of the
// namespace in order: of births it keeps the names, of all others only the sequence number.
// Metrics themselves are decoded when somebody looks at a message ([Book.Read]), against the
// births that were valid when that message came.
//
// The wire format is read field by field, after the specification's own description of it; all
// that comes is foreign, so depth and number of metrics are bounded. Start reading at [Parse].
package sparkplug
