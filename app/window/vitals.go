package window

import (
	"context"
	"errors"
	"net/http"
	"time"

	"streamscope/app/vitals"
)

// sceneWait bounds how long a description of the screen may take: a screen that is busier than
// that has other troubles.
const sceneWait = 10 * time.Second

// figures adds what only the window counts to the program's figures.
func (w *Window) figures() vitals.Figures {
	f := w.app.Figures()
	f.Frames = w.frames.Count()
	return f
}

// Listen serves the program's figures, Go's profiles and the [Scene] of the window on a
// loopback address, until the window quits. It returns where.
func (w *Window) Listen(addr string) (url string, err error) {
	server, err := w.vitals.Listen(addr)
	if err != nil {
		return "", err
	}
	w.servers = append(w.servers, server)
	return server.URL(), nil
}

func (w *Window) serveScene(rw http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), sceneWait)
	defer cancel()
	s, err := w.Scene(ctx)
	if err != nil {
		http.Error(rw, errors.Join(errors.New("the window does not answer"), err).Error(), http.StatusServiceUnavailable)
		return
	}
	vitals.WriteJSON(rw, s)
}
