// Package mqtt speaks MQTT 3.1.1 and MQTT 5 over a guarded byte stream, as a
// [connections.Client].
//
// It uses paho.mqtt.golang and paho.golang as protocol engines and nothing more: their
// reconnecting, keep-alive, routing and dialling are off, because each of them lies, hangs or
// loses in some case. What they believe is never passed on unchecked: an outcome is acknowledged
// when the broker said so, not when a token ended without an error. The guard in package dial
// keeps hostile bytes from them.
//
// One attempt is a client of one version, or one that finds out which version the broker speaks.
// What outlives it, the kept session and the version that worked, is the [Factory]'s. Files end
// in 3 or 5 where only one version is in them. Start reading at [Config] and [Factory], then at
// the line that both versions share.
package mqtt
