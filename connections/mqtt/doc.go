// Package mqtt speaks MQTT 3.1.1 over a guarded byte stream, as a [connections.Client].
//
// It uses paho.mqtt.golang as a protocol engine and nothing more: its reconnecting, its
// keep-alive, its routing and its dialling are off, because each of them lies, hangs or loses
// in some case. What paho believes is never passed on unchecked: an outcome is acknowledged
// when the broker said so, not when a token ended without an error. The guard in package dial
// keeps hostile bytes from it. Start reading at [Config], then [Client].
package mqtt
