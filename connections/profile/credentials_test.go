package profile

import (
	"slices"
	"testing"
)

func TestTheValueOfAHeaderIsMadeOfItsSecret(t *testing.T) {
	for _, tt := range []struct {
		header Header
		want   string
	}{
		{Header{Name: "X-Site", Value: "north"}, "north"},
		{Header{Name: "X-Key", Secret: true}, "s3cret"},
		{Header{Name: "Authorization", Secret: true, Scheme: SchemeBearer}, "Bearer s3cret"},
		{Header{Name: "Authorization", Secret: true, Scheme: SchemeBasic, User: "joe"}, "Basic am9lOnMzY3JldA=="},
	} {
		if got := tt.header.Fill("s3cret"); got != tt.want {
			t.Errorf("%+v: %q", tt.header, got)
		}
		if err := CheckHeader(tt.header); err != nil {
			t.Errorf("%+v: %v", tt.header, err)
		}
	}
	for _, wrong := range []Header{
		{Name: "Authorization", Scheme: SchemeBearer}, {Name: "Authorization", Secret: true, Scheme: SchemeBasic},
		{Name: "Authorization", Secret: true, Scheme: SchemeBasic, User: "a:b"}, {Name: "X-Key", Secret: true, Scheme: "digest"},
	} {
		if CheckHeader(wrong) == nil {
			t.Errorf("%+v is taken", wrong)
		}
	}
}

func TestASecretIsTakenOutOfTheQuery(t *testing.T) {
	for path, want := range map[string]struct{ path, field, secret string }{
		"/stream?token=abc":                    {"/stream?token={{secret}}", "query:token", "abc"},
		"/stream?a=1&access_token=a%2Bb&b=2":   {"/stream?a=1&access_token={{secret}}&b=2", "query:access_token", "a+b"},
		"/stream?token={{secret}}":             {},
		"/stream?token={{secret}}&api_key=xyz": {"/stream?token={{secret}}&api_key={{secret}}", "query:api_key", "xyz"},
		"/stream?unit=C":                       {},
		"/stream":                              {},
	} {
		tr := Transport{Kind: WSS, Path: path}
		field, secret, ok := tr.TakeQuerySecret()
		if ok != (want.field != "") || field != want.field || secret != want.secret || ok && tr.Path != want.path {
			t.Errorf("%s: %q %q %q", path, tr.Path, field, secret)
		}
		if !ok {
			continue
		}
		if filled := tr.FillQuery(func(string) string { return want.secret }); filled != path && path != "/stream?token={{secret}}&api_key=xyz" {
			t.Errorf("%s came back as %s", path, filled)
		}
		p := Profile{Transport: tr}
		if !slices.Contains(p.Secrets(), want.field) {
			t.Errorf("%s: the secrets are %v", path, p.Secrets())
		}
	}
}
