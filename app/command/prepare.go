package command

import (
	"streamscope/app/session"
	"streamscope/connections"
)

// Prepare makes what Send would send, for good: it counts, and reads files. It is for those that
// pass the door with many, by [session.Session.Run].
func (s *Sender) Prepare(conn *session.Session, d Draft, asked map[string]string) (connections.Publication, error) {
	_, p, err := s.prepare(conn, d, asked, true)
	return p, err
}
