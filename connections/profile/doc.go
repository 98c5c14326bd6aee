// Package profile keeps what is needed to open a connection again tomorrow: where it leads,
// under which name, what to subscribe to, and what the user pinned there.
//
// A [Profile] is what a form edits and a file holds, right or wrong. [Profile.Validate] turns
// it into a [Valid], the only thing that can be connected or saved, or names each
// [Problem] in a sentence. The Check functions judge one field as it is typed. A [Store] is
// the folder of profiles: one file each, and an index for their order.
//
// A [Target] is what a URL names: [ParseTarget] reads one, [Target.Profile] makes a profile of
// it. [Profile.Cautions] says what connecting does to others; [Profile.CheckFiles] looks into
// certificates and keys.
//
// A password never stands in a profile. AsksPassword says that there is one.
//
// Nothing here talks to a network or to a screen. The sentences are English; each has a key by
// which the window finds its translation.
package profile
