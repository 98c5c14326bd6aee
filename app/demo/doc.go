// Package demo is a plant in a box: an MQTT broker, a WebSocket endpoint and the simulated
// devices that talk to them, for trying the program without any.
//
// Everything listens on 127.0.0.1 only, on ports that the system chooses: the embedded broker
// is not fit for a network. [Start] is the door; what happens in the plant is in package
// simulation, this one gives it wires.
package demo
