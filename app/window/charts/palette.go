package charts

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"streamscope/app/window/ui"
	"streamscope/widgets/chart"
)

// shadeNames are what the colours of the palette are called, in either theme.
func shadeNames() []string {
	return []string{
		ui.Tr("colour.1", "Blue"), ui.Tr("colour.2", "Orange"), ui.Tr("colour.3", "Green"), ui.Tr("colour.4", "Pink"),
		ui.Tr("colour.5", "Bright"), ui.Tr("colour.6", "Earthen"), ui.Tr("colour.7", "Grey"), ui.Tr("colour.8", "Deep"),
	}
}

// colourMenu offers the palette of the charts, and tells when one was chosen.
func (p *panel) colourMenu(l *line, chosen func()) *fyne.Menu {
	m := fyne.NewMenu("")
	names := shadeNames()
	for i, shade := range chart.Palette(p.board.o.Variant()) {
		item := checked(names[i], l.spec.Colour == "" && l.spec.Shade%len(names) == i, func() {
			l.spec.Shade, l.spec.Colour = i, ""
			p.redone()
			chosen()
		})
		item.Icon = dot(shade)
		m.Items = append(m.Items, item)
	}
	return m
}

// dotOf is an icon in the colour of a line.
func (p *panel) dotOf(l *line) fyne.Resource {
	if l.spec.Colour != "" {
		return dot(color.NRGBAModel.Convert(ui.ColourOf(l.spec.Colour)).(color.NRGBA))
	}
	shades := chart.Palette(p.board.o.Variant())
	return dot(shades[l.spec.Shade%len(shades)])
}

// markDot is an icon in the colour of a threshold.
func (p *panel) markDot(colour string) fyne.Resource {
	if colour == "" {
		return dot(color.NRGBAModel.Convert(p.board.o.Theme().Color(theme.ColorNameForeground, p.board.o.Variant())).(color.NRGBA))
	}
	return dot(color.NRGBAModel.Convert(ui.ColourOf(colour)).(color.NRGBA))
}

// markMenu offers the colours of a threshold.
func (p *panel) markMenu(now string, chosen func(string)) *fyne.Menu {
	m := fyne.NewMenu("")
	values, names := markColours()
	for i, v := range values {
		item := checked(names[i], v == now, func() { chosen(v) })
		item.Icon = p.markDot(v)
		m.Items = append(m.Items, item)
	}
	return m
}

// markColours are for thresholds and bands: they stand out on light and dark ground.
func markColours() (values, names []string) {
	return []string{"", "#c93c37", "#c77a00", "#2a9355", "#2f7fd6", "#9a5bc4"},
		[]string{
			ui.Tr("colour.text", "Like the text"), ui.Tr("colour.red", "Red"), ui.Tr("colour.amber", "Amber"), ui.Tr("colour.green", "Green"),
			ui.Tr("colour.blue", "Blue"), ui.Tr("colour.violet", "Violet"),
		}
}

// dot is an icon in a colour of its own.
func dot(c color.NRGBA) fyne.Resource {
	hex := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24"><circle fill="` + hex + `" cx="12" cy="12" r="8"/></svg>`
	return fyne.NewStaticResource("dot"+hex+".svg", []byte(svg))
}
