package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 999 * time.Millisecond: "0 s", 59 * time.Second: "59 s", time.Minute: "1 min",
		59*time.Minute + 59*time.Second: "59 min", time.Hour: "1 h", 47 * time.Hour: "47 h", 72 * time.Hour: "3 d",
	} {
		if got := Age(d); got != want {
			t.Errorf("Age(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestRate(t *testing.T) {
	for perSecond, want := range map[float64]string{
		0: "0/s", 12340.4: "12" + ThinSpace + "340/s", 12.3: "12/s", 2: "2.0/s", 0.5: "30/min", 1.0 / 60: "1/min", 2.0 / 3600: "2/h",
	} {
		if got := Rate(perSecond); got != want {
			t.Errorf("Rate(%v) = %q, want %q", perSecond, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ms", 40 * time.Millisecond: "40 ms", 1033 * time.Millisecond: "1.033 s", 59 * time.Second: "59 s", time.Minute: "1 min",
		90 * time.Second: "1 min 30 s", 24 * time.Hour: "24 h", 25*time.Hour + 90*time.Second: "25 h 1 min 30 s",
		time.Hour + 400*time.Millisecond: "1 h", 999*time.Millisecond + 600*time.Microsecond: "1 s",
	} {
		if got := Span(d); got != want {
			t.Errorf("Span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestWordsFollowTheirNumber(t *testing.T) {
	say := func(key string, n int) string {
		return TrN(n, key, "{{.N}} message came on {{.Topic}}", "{{.N}} messages came on {{.Topic}}", map[string]any{"Topic": "a/b"})
	}
	for n, want := range map[int]string{0: "0 messages came on a/b", 1: "1 message came on a/b", 12345: "12" + ThinSpace + "345 messages came on a/b"} {
		if got := say("test.came", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	file := fyne.NewStaticResource("en.json", []byte(`{"test.filed": {"one": "only {{.N}}", "other": "all {{.N}}"}}`))
	if err := lang.AddTranslations(file); err != nil {
		t.Fatal(err)
	}
	if one, many := say("test.filed", 1), say("test.filed", 2); one != "only 1" || many != "all 2" {
		t.Errorf("%q, %q", one, many)
	}
}
