package window

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// mqttPage holds what the protocol lets one choose.
func (f *profileForm) mqttPage() fyne.CanvasObject {
	d := &f.draft
	rows := container.New(layout.NewFormLayout())
	choice(f, rows, profile.FieldVersion, ui.Tr("form.version", "Version"),
		[]string{ui.Tr("form.version.auto", "Automatic: 5, or 3.1.1"), "MQTT 5", "MQTT 3.1.1"},
		[]string{profile.VersionAuto, profile.Version5, profile.Version311}, &d.Version)
	f.entry(rows, profile.FieldClientID, ui.Tr("form.clientid", "Client ID"), "", d.ClientID, func(s string) { d.ClientID = s })
	f.entry(rows, profile.FieldKeepAlive, ui.Tr("form.keepalive", "Keep-alive, s"), "60", strconv.Itoa(d.KeepAlive), func(s string) { d.KeepAlive, _ = profile.ParseKeepAlive(s) })
	f.check1(rows, "cleanSession", ui.Tr("form.clean", "Clean session: the broker forgets this client when it leaves"), &d.CleanSession)
	f.number(rows, "sessionExpiry", ui.Tr("form.expiry", "Session expiry, s"), ui.Tr("form.expiry.hint", "MQTT 5: how long the broker keeps the session"), uint64(d.MQTT5.SessionExpiry), 32, func(n uint64) { d.MQTT5.SessionExpiry = uint32(n) })
	f.number(rows, "receiveMaximum", ui.Tr("form.receive", "Receive maximum"), "1024", uint64(d.MQTT5.ReceiveMaximum), 16, func(n uint64) { d.MQTT5.ReceiveMaximum = uint16(n) })
	f.willRows(rows)
	return rows
}

// willRows edits the message that the broker sends when this connection falls.
func (f *profileForm) willRows(rows *fyne.Container) {
	d := &f.draft
	has := widget.NewCheck(ui.Tr("form.will", "Last will: the broker sends a message when this connection falls"), nil)
	has.SetChecked(d.Will != nil)
	has.OnChanged = func(on bool) {
		d.Will = nil
		if on {
			d.Will = &profile.Will{}
		}
		f.rebuild()
	}
	f.field(rows, "will", "", has)
	if w := d.Will; w != nil {
		f.entry(rows, profile.FieldWillTopic, ui.Tr("form.will.topic", "Will topic"), "devices/streamscope/status", w.Topic, func(s string) { w.Topic = s })
		f.entry(rows, "", ui.Tr("form.will.payload", "Will payload"), "offline", w.Payload, func(s string) { w.Payload = s })
		choice(f, rows, "", ui.Tr("form.will.qos", "Will QoS"), []string{"QoS 0", "QoS 1", "QoS 2"}, []byte{0, 1, 2}, &w.QoS)
		f.check1(rows, "", ui.Tr("form.will.retain", "Retain the will"), &w.Retain)
	}
}

// number adds a field for a whole number; empty is 0, which means the usual.
func (f *profileForm) number(rows *fyne.Container, id profile.Field, label, hint string, value uint64, bits int, set func(uint64)) {
	text := ""
	if value != 0 {
		text = strconv.FormatUint(value, 10)
	}
	e := widget.NewEntry()
	e.PlaceHolder = hint
	e.SetText(text)
	e.Validator = func(s string) error {
		if s == "" {
			return nil
		}
		_, err := strconv.ParseUint(s, 10, bits)
		return err
	}
	e.OnChanged = func(s string) {
		n, err := strconv.ParseUint(s, 10, bits)
		if s == "" || err == nil {
			set(n)
		}
		f.touched[id] = true
		f.check()
	}
	f.field(rows, id, label, e)
}
