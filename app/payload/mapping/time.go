package mapping

import "streamscope/app/payload"

// maxTime is the longest raw JSON value that is read as a time.
const maxTime = 128

// readTime returns the instant in nanoseconds since 1970, 0 if b is none between 1970 and 2262.
func readTime(f payload.TimeFormat, b []byte) int64 {
	at, _ := f.Read(b)
	return max(0, at)
}
