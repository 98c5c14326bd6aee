// Package mapping makes topics of the frames of a raw WebSocket, by the rule of a profile: all
// frames on one topic, a topic made of values in the JSON, or a topic for every leaf.
//
// # Topics
//
// A topic may hold key paths in braces: "plant/{device}/{sensor.name}". Keys are parted by
// dots; a key that holds a dot, a colon, a brace or a quote stands in quotes as in JSON:
// {"a.b".c}. A number finds an element of an array. {path:levels} makes levels of the dots in
// the value, as Signal K's and Home Assistant's names want it. A brace that is meant stands
// twice.
//
// What the values bring is made fit for a topic: a slash parts levels, an empty level and
// whatever MQTT does not allow in a name becomes "_".
//
// # Arrays
//
// Each names an array whose elements become messages of their own. An array on the way there
// is gone through, unless the path has an index for it. Keys are looked for in the element,
// then in whatever encloses it.
//
// # What does not fit
//
// Nothing is dropped: a frame or an element that the rule can make nothing of goes on as it is
// under [Unmapped]. All bytes are hostile: depth and grammar are checked before anything is
// looked for, and messages, topics and what is remembered of them are bounded.
//
// Start reading at [Compile].
package mapping
