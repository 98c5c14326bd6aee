package window

import (
	"context"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/google/go-cmp/cmp"

	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

func TestATokenLeavesThePathForTheSecrets(t *testing.T) {
	d := sitDown(t)
	p := profile.NewFor(profile.MQTT, profile.WSS)
	p.Name, p.Host, p.Transport.Path = "Hall", "broker.local", "/mqtt?token=t0ken"
	p.Subscriptions = append(p.Subscriptions, profileFilter("plant/#"))
	d.win.showProfileForm(p, false)
	d.clicks("Keep “token” with the secrets, not in the file")
	d.clicks("Headers of the handshake, logins by token")
	d.clicks("Bearer token")
	d.mustRead("Authorization: Bearer")
	d.clicks("Save")
	d.await("the offer of a passphrase", func() bool { return d.reads("Choose a passphrase") })
	d.clicks("Not now")

	got, err := d.app.Profiles.Get(p.ID)
	want := profile.Transport{Kind: profile.WSS, Path: "/mqtt?token={{secret}}",
		Headers: []profile.Header{{Name: "Authorization", Secret: true, Scheme: profile.SchemeBearer}}}
	if diff := cmp.Diff(want, got.Transport); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
	kept, err := d.app.Secrets.Get(context.Background(), secret.Ref{Profile: p.ID, Field: profile.SecretQuery("token")})
	if err != nil || kept.Reveal() != "t0ken" {
		t.Errorf("kept is %v, %v", kept, err)
	}
}

func TestTheFormHasWhatMQTT5CanSay(t *testing.T) {
	d := sitDown(t)
	p := profile.New()
	p.Name, p.Host, p.Group = "Hall", "broker.local", "North"
	p.Subscriptions = append(p.Subscriptions, profileFilter("plant/#"))
	p.Transport.Proxy = profile.Proxy{Kind: profile.ProxySOCKS5, Address: "proxy:1080"}
	d.win.showProfileForm(p, false)
	d.turnsToPage("MQTT")
	d.clicks("User properties of the connection (MQTT 5)")
	d.clicks("Add a property")
	d.clicks("Last will")
	d.checks("The broker sends a message when this connection is lost")
	d.fills("form.willTopic", "plant/bye")
	d.fills("form.willContentType", "text/plain")
	d.turnsToPage("More")
	d.fills("form.group", "South")
	d.fills("form.proxyUser", "joe")
	d.clicks("Save")
	d.clicks("I want that") // the last will
	got, err := d.app.Profiles.Get(p.ID)
	if err != nil || got.Group != "South" || got.Transport.Proxy.User != "joe" || len(got.MQTT5.UserProperties) != 1 ||
		got.Will == nil || got.Will.Topic != "plant/bye" || got.Will.ContentType != "text/plain" {
		t.Errorf("%v: %+v %+v", err, got, got.Will)
	}
}

func TestAFilterOfTheFormHasAllThatTheDialogHas(t *testing.T) {
	d := sitDown(t)
	p := profile.New()
	p.Name, p.Host = "Hall", "broker.local"
	p.Subscriptions = append(p.Subscriptions, profileFilter("plant/#"), profileFilter("+/state"))
	d.win.showProfileForm(p, false)
	d.mustRead("“plant/#” and “+/state” overlap")
	test.Tap(d.win.names.byKey["form.filter.more.0"].(fyne.Tappable))
	d.checks("No local: leave out what this program sends itself")
	d.checks("Retain as published: keep the retain flag of new messages")
	d.turnsToPage("MQTT")
	d.turnsToPage("Connection")
	d.clicks("Save")
	got, err := d.app.Profiles.Get(p.ID)
	want := []connections.Subscription{{Filter: "plant/#", NoLocal: true, RetainAsPublished: true}, {Filter: "+/state"}}
	if diff := cmp.Diff(want, got.Subscriptions); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
}

func profileFilter(filter string) connections.Subscription {
	return connections.Subscription{Filter: filter}
}

// turnsToPage opens a page of the form.
func (d *desk) turnsToPage(title string) {
	d.Helper()
	o := d.find("the form", func(o fyne.CanvasObject) bool {
		tabs, ok := o.(*container.AppTabs)
		return ok && slices.ContainsFunc(tabs.Items, func(i *container.TabItem) bool { return i.Text == title })
	})
	tabs := o.(*container.AppTabs)
	tabs.SelectIndex(slices.IndexFunc(tabs.Items, func(i *container.TabItem) bool { return i.Text == title }))
	d.ui.Drain()
}

// checks turns a switch.
func (d *desk) checks(label string) {
	d.Helper()
	o := d.find("a switch "+label, func(o fyne.CanvasObject) bool {
		c, ok := o.(*widget.Check)
		return ok && c.Text == label
	})
	c := o.(*widget.Check)
	c.SetChecked(!c.Checked)
	d.ui.Drain()
}
