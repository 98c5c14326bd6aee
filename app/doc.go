// Package app is the composition of Streamscope: it makes the services from a configuration
// folder and hands them to a face, the window or the command line. It holds no logic of
// theirs.
//
// [New] opens the folder's documents; [App.Open] turns a profile into a [Connection], which is
// a session together with the profile that it came from.
package app
