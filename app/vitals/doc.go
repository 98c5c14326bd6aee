// Package vitals watches the program itself: what it received and kept, what each connection
// and tap does, and how long the screen makes the user wait. The figures stand under
// Help → Performance and, for whoever asks with --debug-addr, at /debug/vars beside Go's own
// profiles, on this computer only.
//
// It knows neither sessions nor Fyne: what it shows comes from a function that [New] is
// given, and [Lag] measures any queue that runs functions. Reading changes nothing. There is
// no package-level state, so that tests and programs can have several. It imports nothing of
// ours.
package vitals
