// Package compose is the drawer from which messages are written and sent: topic, payload in one of
// the formats, placeholders, delivery, the properties of MQTT 5, the answer that is awaited; what
// was sent, and what waits because there was no connection.
//
// It can't send by accident: Ctrl+Enter works in its own fields only, the topic changes by typing
// or by "Publish here" only, the button names the connection in its colour, and each connection
// has a draft of its own. It sends through command.Sender, and so through the session's door.
//
// Start reading at [Pane].
package compose
