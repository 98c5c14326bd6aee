package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"streamscope/app/workspace"
)

// look is Fyne's theme, denser, with colours of our own. Text sizes scale with the user's
// setting.
type look struct {
	theme workspace.Theme
	// scale multiplies all sizes of text; 1 is the default.
	scale float32
}

var _ fyne.Theme = look{}

func (l look) variant(v fyne.ThemeVariant) fyne.ThemeVariant {
	switch l.theme {
	case workspace.ThemeLight:
		return theme.VariantLight
	case workspace.ThemeDark:
		return theme.VariantDark
	default:
		return v
	}
}

func (l look) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	v = l.variant(v)
	if c, ok := palette(v)[n]; ok {
		return c
	}
	return theme.DefaultTheme().Color(n, v)
}

// variantNow is the theme variant in force, whoever decided it.
func variantNow() fyne.ThemeVariant {
	s := fyne.CurrentApp().Settings()
	if l, ok := s.Theme().(look); ok {
		return l.variant(s.ThemeVariant())
	}
	return s.ThemeVariant()
}

func palette(v fyne.ThemeVariant) map[fyne.ThemeColorName]color.Color {
	if v == theme.VariantLight {
		return lightColours
	}
	return darkColours
}

var lightColours = map[fyne.ThemeColorName]color.Color{
	theme.ColorNameBackground:          rgb(0xf7f9fa),
	theme.ColorNameForeground:          rgb(0x17212b),
	theme.ColorNamePrimary:             rgb(0x00697a),
	theme.ColorNameForegroundOnPrimary: rgb(0xffffff),
	theme.ColorNameHyperlink:           rgb(0x00697a),
	theme.ColorNameInputBackground:     rgb(0xf1f5f7),
	theme.ColorNameInputBorder:         rgb(0xb4c1c9),
	theme.ColorNameDisabled:            rgb(0x76838d),
	theme.ColorNamePlaceHolder:         rgb(0x66747f),
	theme.ColorNameSeparator:           rgb(0xd5dde2),
	theme.ColorNameButton:              rgb(0xe6edf1),
	theme.ColorNameDisabledButton:      rgb(0xeef2f4),
	theme.ColorNameHeaderBackground:    rgb(0xeef3f6),
	theme.ColorNameMenuBackground:      rgb(0xffffff),
	theme.ColorNameOverlayBackground:   rgb(0xffffff),
	theme.ColorNameSelection:           rgba(0x00697a, 0x2e),
	theme.ColorNameHover:               rgba(0x00303c, 0x10),
	theme.ColorNameFocus:               rgba(0x00697a, 0x55),
	theme.ColorNameError:               rgb(0xb3261e),
	theme.ColorNameWarning:             rgb(0x9a5b00),
	theme.ColorNameSuccess:             rgb(0x1d7a45),
}

var darkColours = map[fyne.ThemeColorName]color.Color{
	theme.ColorNameBackground:          rgb(0x12181d),
	theme.ColorNameForeground:          rgb(0xe4ebef),
	theme.ColorNamePrimary:             rgb(0x3fc3d4),
	theme.ColorNameForegroundOnPrimary: rgb(0x06222a),
	theme.ColorNameHyperlink:           rgb(0x3fc3d4),
	theme.ColorNameInputBackground:     rgb(0x212c34),
	theme.ColorNameInputBorder:         rgb(0x3a4954),
	theme.ColorNameDisabled:            rgb(0x8492a0),
	theme.ColorNamePlaceHolder:         rgb(0x8795a1),
	theme.ColorNameSeparator:           rgb(0x2a353d),
	theme.ColorNameButton:              rgb(0x24303a),
	theme.ColorNameDisabledButton:      rgb(0x202a32),
	theme.ColorNameHeaderBackground:    rgb(0x1a232a),
	theme.ColorNameMenuBackground:      rgb(0x25313a),
	theme.ColorNameOverlayBackground:   rgb(0x1b242b),
	theme.ColorNameSelection:           rgba(0x3fc3d4, 0x38),
	theme.ColorNameHover:               rgba(0xffffff, 0x12),
	theme.ColorNameFocus:               rgba(0x3fc3d4, 0x66),
	theme.ColorNameError:               rgb(0xff7a70),
	theme.ColorNameWarning:             rgb(0xf3b34c),
	theme.ColorNameSuccess:             rgb(0x63d08d),
}

func rgb(v uint32) color.NRGBA { return rgba(v, 0xff) }

func rgba(v uint32, a uint8) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: a}
}

func (l look) Font(s fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(s) }

func (l look) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

func (l look) Size(n fyne.ThemeSizeName) float32 {
	scale := l.scale
	if scale == 0 {
		scale = 1
	}
	switch n {
	case theme.SizeNameText:
		return 13 * scale
	case theme.SizeNameCaptionText:
		return 11 * scale
	case theme.SizeNameSubHeadingText:
		return 16 * scale
	case theme.SizeNameHeadingText:
		return 22 * scale
	case theme.SizeNameInlineIcon:
		return 18 * scale
	case theme.SizeNamePadding:
		return 3
	case theme.SizeNameInnerPadding:
		return 6
	case theme.SizeNameScrollBar:
		return 11
	default:
		return theme.DefaultTheme().Size(n)
	}
}
