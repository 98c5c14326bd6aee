// Package single sees to it that one program at a time works on a configuration folder, and
// that a second start brings the window of the first to the front instead.
//
// The lock is the operating system's and ends with the process, however it ends. The way to
// the first program is a unix-domain socket (Windows has them since version 10), whose path
// stands in a file beside the lock. It imports nothing of ours. Start at [Acquire].
package single
