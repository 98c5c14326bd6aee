package window

import (
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/dial"
)

// certificateOf returns what a server showed that was not trusted; nil if that was not the
// trouble.
func certificateOf(st connections.Status) *dial.CertificateError {
	var e *dial.CertificateError
	if errors.As(st.Err, &e) && len(e.Chain) > 0 {
		return e
	}
	return nil
}

// showCertificate shows the chain of a server that is not trusted, and offers to trust exactly
// its certificate for this profile.
func (w *Window) showCertificate(c *app.Connection) {
	e := certificateOf(c.Status())
	if e == nil {
		return
	}
	rows := container.NewVBox()
	why := connections.Explain(c.Status().Err)
	lead := widget.NewLabel(why.What + " " + why.Try)
	lead.Wrapping = fyne.TextWrapWord
	rows.Add(lead)
	for i, cert := range e.Chain {
		rows.Add(certificateCard(cert, i == 0))
	}
	note := widget.NewLabel(ui.Tr("certificate.note", "Trust it only if the fingerprint is the one that the server's owner tells you. Then this connection takes this certificate and no other."))
	note.Wrapping, note.Importance = fyne.TextWrapWord, widget.WarningImportance
	rows.Add(note)
	scroll := container.NewVScroll(rows)
	d := dialog.NewCustomConfirm(ui.Tr("certificate.title", "Certificate of {{.Name}}", map[string]any{"Name": c.Name()}),
		ui.Tr("certificate.trust", "Trust this certificate"), ui.Tr("cancel", "Cancel"), scroll, func(ok bool) {
			if ok {
				w.trust(c, e.Chain[0])
			}
		}, w.win)
	d.SetConfirmImportance(widget.WarningImportance) // it is not what one should click without reading
	d.Resize(fyne.NewSize(640, 520))
	d.Show()
}

// certificateCard names a certificate: whom it is for, who signed it, how long it holds.
func certificateCard(cert *x509.Certificate, own bool) fyne.CanvasObject {
	rows := container.New(layout.NewFormLayout())
	add := func(what, value string) {
		v := widget.NewLabel(value)
		v.Wrapping, v.Selectable = fyne.TextWrapBreak, true // to be compared with what the owner says
		rows.Add(widget.NewLabelWithStyle(what, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}))
		rows.Add(v)
	}
	add(ui.Tr("certificate.for", "For"), cert.Subject.String())
	if own {
		add(ui.Tr("certificate.names", "Names"), strings.Join(namesOf(cert), ", "))
	}
	add(ui.Tr("certificate.by", "Signed by"), cert.Issuer.String())
	add(ui.Tr("certificate.from", "Valid"), cert.NotBefore.Local().Format(time.DateOnly)+" – "+cert.NotAfter.Local().Format(time.DateOnly)+leftWord(time.Until(cert.NotAfter)))
	add("SHA-256", grouped(dial.Fingerprint(cert)))
	return widget.NewCard("", "", rows)
}

// namesOf lists the host names and addresses that a certificate is for.
func namesOf(cert *x509.Certificate) []string {
	names := slices.Clone(cert.DNSNames)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		names = []string{ui.Tr("certificate.nonames", "none")}
	}
	return names
}

// leftWord says how long a certificate still holds.
func leftWord(left time.Duration) string {
	const day = 24 * time.Hour
	if left <= 0 {
		return ui.Tr("certificate.expired", ", expired")
	}
	return ui.TrN(int(left/day), "certificate.left", ", {{.N}} day left", ", {{.N}} days left", nil)
}

// grouped writes a fingerprint in pairs, as people read it out, in two lines of equal length.
func grouped(hex string) string {
	var lines [2][]string
	for i := 0; i+2 <= len(hex); i += 2 {
		at := 2 * i / (len(hex) + 1)
		lines[at] = append(lines[at], strings.ToUpper(hex[i:i+2]))
	}
	return strings.Join(lines[0], ":") + "\n" + strings.Join(lines[1], ":")
}

func (w *Window) trust(c *app.Connection, cert *x509.Certificate) {
	if err := c.Trust(dial.Fingerprint(cert)); err != nil {
		w.fail(err)
		return
	}
	c.RetryNow()
}
