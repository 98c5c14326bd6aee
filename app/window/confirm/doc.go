// Package confirm asks whoever sits at the window before something is sent that cannot be called
// back. A question names the connection, the topic and the value, and cannot be passed by accident:
// its button is dead for a moment after it appears, so that the second click of a double click does
// nothing, and it takes a key or a mouse button that is pressed and released while it is alive, so
// that a key that is held down does nothing either. Escape and the other button say no.
//
// Start reading at [Dialogs].
package confirm
