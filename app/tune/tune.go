// Package tune sets, before Fyne wakes up, what Fyne reads from the environment only while
// it is being initialised. The face with a screen imports it for that effect alone.
//
// It must import nothing but os: Go initialises packages that are ready in the order of
// their paths, so with fewer imports than Fyne's it comes first.
package tune

import "os"

// textLifetime is how long Fyne keeps the texture of a text that is no longer shown. Its
// own choice is a minute, and a live value is nearly always a new text: at 4 Hz a full tree
// fills some 200 MB. With 10 s or less Fyne walks all visible objects for each frame, drawn or
// not, to keep them alive; with this, every 2 s.
const textLifetime = "12s"

func init() {
	if os.Getenv("FYNE_CACHE") == "" {
		// On failure Fyne's own choice stands: more memory, nothing wrong.
		_ = os.Setenv("FYNE_CACHE", textLifetime)
	}
}
