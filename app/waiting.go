package app

// Waiting is how many messages go with the program: those that the user kept because they could
// not be sent, and those that a kept session would send again.
func (a *App) Waiting() int {
	n := a.Sender.Waiting().Len("")
	for _, c := range a.Connections() {
		n += len(c.Unconfirmed())
	}
	return n
}
