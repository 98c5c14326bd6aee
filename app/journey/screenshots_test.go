package journey

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"
)

// screenshots is the folder that `make screenshots` asks the pictures into.
var screenshots = flag.String("screenshots", "", "take the pictures of the documentation into this folder")

// TestScreenshots takes the pictures that README.md shows, and those that one looks at before
// a release: both themes at common sizes.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("takes pictures only when asked with -screenshots FOLDER (make screenshots)")
	}
	binary := build(t, "build")
	sizes := []struct{ width, height int }{{1024, 700}, {1366, 768}, {1920, 1080}}
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			s, h := openScreen(t, 2000, 1200), newHome(t)
			take := func(u *user, what string) {
				for _, size := range sizes {
					u.resizes(size.width, size.height)
					u.pointsAway()
					u.takesPicture(filepath.Join(*screenshots, fmt.Sprintf("%s-%s-%dx%d.png", what, theme, size.width, size.height)))
				}
			}

			u := sitDown(t, s, h, binary, theme)
			take(u, "empty")
			u.quits()

			u = sitDown(t, s, newHome(t), binary, theme, "--demo")
			u.await("a plant that talks", func() bool { return u.vars().Topics > 200 })
			for _, topic := range []string{"plant/line1/mixer/torque", "plant/line1/conveyor/speed", oven} {
				u.keys("ctrl+f")
				u.types(topic)
				u.clicksRow(topic)
				u.clicks("detail.pin")
			}
			u.clicks("detail.chart")
			u.keys("ctrl+f")
			u.types("line1")
			u.await("a minute of samples", func() bool { return u.vars().Received > 12_000 })
			take(u, "full")
			u.quits()

			u = sitDown(t, s, newHome(t), binary, theme, "mqtt://127.0.0.1:1/plant/%23")
			u.await("a refused connection", func() bool {
				v := u.vars()
				return len(v.Connections) == 1 && v.Connections[0].State == "waiting"
			})
			take(u, "error")
			u.quits()
		})
	}
}
