package payload

// HexDump shows bytes as lines of offset, sixteen bytes in hexadecimal, and the same as ASCII.
// Each line is made when it is asked for, so its length costs nothing.
type HexDump []byte

const bytesPerLine = 16

// Len is the number of lines.
func (h HexDump) Len() int { return (len(h) + bytesPerLine - 1) / bytesPerLine }

// Line returns line i, from 0:
//
//	00000010  50 4c 43 20 6c 69 6e 65  20 34 00 ff              |PLC line 4..|
func (h HexDump) Line(i int) string {
	if i < 0 || i >= h.Len() {
		return ""
	}
	const digits = "0123456789abcdef"
	offset := i * bytesPerLine
	b := h[offset:min(offset+bytesPerLine, len(h))]
	width := h.offsetWidth()
	line := make([]byte, 0, width+3*bytesPerLine+bytesPerLine+6)
	for shift := (width - 1) * 4; shift >= 0; shift -= 4 {
		line = append(line, digits[offset>>shift&15])
	}
	line = append(line, ' ')
	for j := range bytesPerLine {
		if j%8 == 0 {
			line = append(line, ' ')
		}
		if j < len(b) {
			line = append(line, digits[b[j]>>4], digits[b[j]&15], ' ')
		} else {
			line = append(line, "   "...)
		}
	}
	line = append(line, ' ', '|')
	for _, c := range b {
		if c < ' ' || c > '~' {
			c = '.'
		}
		line = append(line, c)
	}
	return string(append(line, '|'))
}

// offsetWidth is eight digits, more only where eight are not enough.
func (h HexDump) offsetWidth() int {
	width := 8
	for n := len(h) >> 32; n > 0; n >>= 4 {
		width++
	}
	return width
}
