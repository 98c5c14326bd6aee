// Package repeat sends a draft again and again: every so many milliseconds, so many times or
// until it is stopped, with a value that a [Generator] makes (a sine, a ramp, steps, a random
// walk, the rows of a CSV file).
//
// All of it is one run of the session's door: confirmed once, recorded once with counts, and
// stopped at once. Start reading at [Plan.Run].
package repeat
