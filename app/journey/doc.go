// Package journey holds no code of the program: its tests drive the built program in a real
// window, with a real mouse and keyboard, on a screen of their own in memory. They read as
// what a user does and sees.
//
// A [user] sits before a [program] on a [screen]. What stands on the screen is read from
// /debug/ui, what the program counts from /debug/vars; nothing waits for a time but the
// click, which has to outlast the 60 Hz at which Fyne polls the mouse. When a journey fails, a
// picture of the screen is left in testdata/failed.
//
// They need Linux with the packages of .ci/packages.txt, and are skipped elsewhere, but never
// where the environment says CI.
package journey
