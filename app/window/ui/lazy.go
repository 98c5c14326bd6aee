package ui

// Lazy is a part of the window that is made when it is first wanted: most sessions want few of
// them, and the first frame waits for none. It belongs to the UI goroutine.
type Lazy[T any] struct {
	build func() T
	made  *T
}

// Lazily makes a part by build, once.
func Lazily[T any](build func() T) Lazy[T] { return Lazy[T]{build: build} }

// Get returns the part and makes it if there is none yet.
func (l *Lazy[T]) Get() T {
	if l.made == nil {
		part := l.build()
		l.made = &part
	}
	return *l.made
}

// If calls f with the part if there is one: what is not there needs no tick and no repaint.
func (l *Lazy[T]) If(f func(T)) {
	if l.made != nil {
		f(*l.made)
	}
}
