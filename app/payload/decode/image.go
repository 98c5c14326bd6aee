package decode

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // registers GIF
	_ "image/jpeg" // registers JPEG
	_ "image/png"  // registers PNG
	"strings"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // registers WebP

	"streamscope/app/payload"
)

const (
	// maxImageBytes bounds what a picture takes while it is unpacked: 16 bits a colour take
	// twice the memory of 8.
	maxImageBytes = 256 << 20
	// maxShownSide is the longer side of what is kept of a picture, in pixels.
	maxShownSide = 2048
)

func imageKind() Kind {
	k := plain(Image, readImage)
	k.Raw = true
	k.Types = []string{"image/png", "image/jpeg", "image/gif", "image/webp"}
	k.First = "\x89\xffGR"
	k.Claim = func(in Input) Claim {
		if imageMagic(in.Payload) {
			return Certainly
		}
		return NoClaim
	}
	return k
}

func imageMagic(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")) || bytes.HasPrefix(b, []byte("\xff\xd8\xff")) ||
		bytes.HasPrefix(b, []byte("GIF87a")) || bytes.HasPrefix(b, []byte("GIF89a")) ||
		len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP"
}

// readImage reads the size first, and refuses what would take too much memory.
func readImage(in Input) Result {
	source := bytes.NewReader(in.Payload)
	config, name, err := image.DecodeConfig(source)
	if err != nil {
		return fault(Image, imageError(err, in.Payload))
	}
	pixels := int64(config.Width) * int64(config.Height)
	note := fmt.Sprintf("%s, %d × %d pixels", imageName(name), config.Width, config.Height)
	r := Result{Format: Image, Note: note, At: -1}
	whole := Whole()
	switch {
	case config.Width < 1 || config.Height < 1:
		r.Err = fmt.Errorf("the picture has no pixels: %d × %d", config.Width, config.Height)
		return r
	case pixels > int64(whole.Pixels) || pixels*int64(pixelBytes(config.ColorModel)) > maxImageBytes:
		r.Err = fmt.Errorf("%s: unpacked it would take %s, more than is shown", note,
			payload.ByteCount(pixels*int64(pixelBytes(config.ColorModel))))
		return r
	case in.Limits.Pixels == 0:
		return r
	}
	source.Reset(in.Payload)
	picture, _, err := image.Decode(source)
	if err != nil {
		failed := fault(Image, imageError(err, in.Payload))
		failed.Note = note
		return failed
	}
	r.Image = fitted(picture)
	return r
}

func imageError(err error, b []byte) error {
	words := strings.TrimPrefix(err.Error(), "image: ")
	if strings.Contains(words, "unexpected EOF") {
		return wrongAt(len(b), "the picture ends too early")
	}
	return fmt.Errorf("no picture that can be shown: %s", words)
}

func imageName(format string) string {
	if format == "webp" {
		return "WebP"
	}
	return strings.ToUpper(format)
}

func pixelBytes(m color.Model) int {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	}
	return 4
}

// fitted makes a large picture as small as a screen can show.
func fitted(m image.Image) image.Image {
	size := m.Bounds().Size()
	side := max(size.X, size.Y)
	if side <= maxShownSide {
		return m
	}
	w, h := max(1, size.X*maxShownSide/side), max(1, size.Y*maxShownSide/side)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(out, out.Bounds(), m, m.Bounds(), draw.Src, nil)
	return out
}
