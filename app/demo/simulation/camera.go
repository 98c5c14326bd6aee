package simulation

import (
	"math"
	"math/rand/v2"
	"time"
)

// CameraTopic is where the camera says what it sees, as a Protobuf message that [CameraSchema]
// describes under the name [CameraMessage].
const (
	CameraTopic   = "plant/line4/camera/inspection"
	CameraMessage = "demo.vision.Inspection"
)

// CameraSchema is the .proto file of the camera.
const CameraSchema = `syntax = "proto3";

package demo.vision;

// Inspection is what the camera found out about one part.
message Inspection {
  uint64 part = 1;
  Verdict verdict = 2;
  double score = 3;
  double width_mm = 4;
  double height_mm = 5;
  repeated Defect defects = 6;
  int64 taken_ms = 7;
}

enum Verdict {
  VERDICT_UNKNOWN = 0;
  VERDICT_GOOD = 1;
  VERDICT_REWORK = 2;
  VERDICT_SCRAP = 3;
}

message Defect {
  string kind = 1;
  double x_mm = 2;
  double y_mm = 3;
  double area_mm2 = 4;
}
`

// cameraEvery is how long a part takes.
const cameraEvery = 1500 * time.Millisecond

// Camera looks at parts and speaks Protobuf. It is for one goroutine.
type Camera struct {
	r             *rand.Rand
	now           time.Time
	left          time.Duration
	part          uint64
	width, height signal
}

// NewCamera returns the camera at an instant.
func NewCamera(seed uint64, now time.Time) *Camera {
	r := rand.New(rand.NewPCG(seed, 0xca))
	return &Camera{r: r, now: now, part: 48_000, width: wander(r, 120, 0.15, 60, 0.03), height: wander(r, 80, 0.12, 60, 0.03)}
}

// Step lets time pass and returns the message of a part that came by.
func (c *Camera) Step(dt time.Duration) (m Message, ok bool) {
	c.now = c.now.Add(dt)
	width, height := c.width(dt.Seconds()), c.height(dt.Seconds())
	if c.left -= dt; c.left > 0 {
		return Message{}, false
	}
	c.left = cameraEvery
	c.part++
	var defects []fields
	for range c.r.IntN(8) / 5 { // most parts have none
		defects = append(defects, c.defect(width, height))
	}
	f := fields{}
	f.varint(1, c.part)
	f.varint(2, 1+min(uint64(len(defects)), 2))
	f.double(3, hundredths(0.99-0.3*float64(len(defects))-0.05*c.r.Float64()))
	f.double(4, hundredths(width))
	f.double(5, hundredths(height))
	for _, d := range defects {
		f.message(6, d)
	}
	f.varint(7, uint64(c.now.UnixMilli()))
	return Message{Topic: CameraTopic, Payload: f.b}, true
}

func (c *Camera) defect(width, height float64) fields {
	f := fields{}
	f.text(1, []string{"scratch", "dent", "burr", "stain"}[c.r.IntN(4)])
	f.double(2, hundredths(width*c.r.Float64()))
	f.double(3, hundredths(height*c.r.Float64()))
	f.double(4, hundredths(0.2+3*c.r.Float64()))
	return f
}

func hundredths(v float64) float64 { return math.Round(v*100) / 100 }
