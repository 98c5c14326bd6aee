package payload

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTimeFormats(t *testing.T) {
	at := func(s string) int64 {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixNano()
	}
	for _, test := range []struct {
		format, text string
		want         int64
		told         Told
	}{
		{"rfc3339", "2024-05-01T12:00:00.123456789+02:00", at("2024-05-01T10:00:00.123456789Z"), ToldTime},
		{"rfc3339", "2024-05-01 12:00:00z", at("2024-05-01T12:00:00Z"), ToldTime},
		{"rfc3339", "1969-12-31T23:59:59Z", -1e9, ToldTime},
		{"rfc3339", "1677-09-22T00:00:00Z", at("1677-09-22T00:00:00Z"), ToldTime},
		{"rfc3339", "2262-04-11T00:00:00Z", at("2262-04-11T00:00:00Z"), ToldTime},
		{"rfc3339", "1677-09-21T00:00:00Z", 0, ToldOutside},
		{"rfc3339", "2262-04-12T00:00:00Z", 0, ToldOutside},
		{"rfc3339", "0001-01-01T00:00:00Z", 0, ToldOutside},
		{"rfc3339", "9999-12-31T23:59:59Z", 0, ToldOutside},
		{"rfc3339", "2024-05-01T12:00:00", 0, ToldNone},
		{"rfc3339", "1700000000", 0, ToldNone},
		{"rfc3339", "", 0, ToldNone},
		{"s", "0", 0, ToldTime},
		{"s", "1700000000.123456789", 1700000000123456789, ToldTime},
		{"s", "-1.5", -1.5e9, ToldTime},
		{"s", "-9223372035", -9223372035e9, ToldTime},
		{"s", "-9223372036", 0, ToldOutside},
		{"s", "9223372036", 0, ToldOutside},
		{"s", "99999999999999999999999999", 0, ToldOutside},
		{"s", "1e300", 0, ToldOutside},
		{"s", "1e999", 0, ToldOutside},
		{"s", "-1e999", 0, ToldOutside},
		{"s", "NaN", 0, ToldNone},
		{"s", "Inf", 0, ToldNone},
		{"s", "-", 0, ToldNone},
		{"s", "", 0, ToldNone},
		{"s", "12:00", 0, ToldNone},
		{"ms", "1700000000123.5", 1700000000123500000, ToldTime},
		{"us", "1700000000123456", 1700000000123456e3, ToldTime},
		{"ns", "9007199254740993", 1<<53 + 1, ToldTime},
		{"ns", "9223372036854775807", 0, ToldOutside},
	} {
		f, err := ParseTimeFormat(test.format)
		if err != nil {
			t.Fatal(err)
		}
		if got, told := f.Read([]byte(test.text)); got != test.want || told != test.told {
			t.Errorf("%s %q: %d, %d; want %d, %d", test.format, test.text, got, told, test.want, test.told)
		}
	}
	if _, err := ParseTimeFormat("min"); err == nil {
		t.Error("minutes should be refused")
	}
}

// TestTimesAreExact writes instants in every unit and reads them back.
func TestTimesAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom([]TimeFormat{TimeRFC3339, TimeSeconds, TimeMillis, TimeMicros, TimeNanos}).Draw(t, "format")
		want := rapid.Int64Range(-lastSecond*1e9, lastSecond*1e9).Draw(t, "at")
		text := time.Unix(0, want).UTC().Format(time.RFC3339Nano)
		if f != TimeRFC3339 {
			sign, u := "", uint64(want)
			if want < 0 {
				sign, u = "-", uint64(-want)
			}
			text = fmt.Sprintf("%s%d.%0*d", sign, u/uint64(f), len(fmt.Sprint(int64(f)))-1, u%uint64(f))
		}
		if got, told := f.Read([]byte(text)); got != want || told != ToldTime {
			t.Fatalf("%s %q: %d, %d; want %d", f, text, got, told, want)
		}
	})
}

func TestClock(t *testing.T) {
	doc := []byte(`{"head":{"t.s":[1,"1700000000"],"when":"2024-05-01T12:00:00\u005a","ok":true,"none":null}}`)
	for _, test := range []struct {
		clock Clock
		want  int64
		told  Told
	}{
		{Clock{[]string{"head", "t.s", "0"}, TimeSeconds}, 1e9, ToldTime},
		{Clock{[]string{"head", "t.s", "1"}, TimeSeconds}, 1700000000e9, ToldTime},
		{Clock{[]string{"head", "when"}, TimeRFC3339}, 1714564800e9, ToldTime},
		{Clock{[]string{"head", "ok"}, TimeSeconds}, 0, ToldNone},
		{Clock{[]string{"head", "none"}, TimeSeconds}, 0, ToldNone},
		{Clock{[]string{"head"}, TimeSeconds}, 0, ToldNone},
		{Clock{[]string{"tail"}, TimeSeconds}, 0, ToldNone},
		{Clock{}, 0, ToldNone},
	} {
		if got, told := test.clock.Time(doc); got != test.want || told != test.told {
			t.Errorf("%+v: %d, %d; want %d, %d", test.clock, got, told, test.want, test.told)
		}
	}
	if _, told := (Clock{[]string{"t"}, TimeSeconds}).Time([]byte("1700000000")); told != ToldNone {
		t.Error("a plain number has no keys")
	}
}

func TestClocksToChooseFrom(t *testing.T) {
	got := Clocks([]byte(`{"v":1700000000,"ts":1700000000.5,"meta":{"sent_at":1700000000123,"id":"2024-05-01T12:00:00Z"},
		"time":12,"uptime":"3 h","nanos_ts":1700000000000000000,"list":[{"timestamp":1700000000000000}]}`))
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"path":["ts"],"format":"s"},{"path":["meta","sent_at"],"format":"ms"},{"path":["meta","id"],"format":"rfc3339"},` +
		`{"path":["nanos_ts"],"format":"ns"},{"path":["list","0","timestamp"],"format":"us"}]`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	var back []Clock
	if err := json.Unmarshal(text, &back); err != nil || fmt.Sprint(back) != fmt.Sprint(got) {
		t.Errorf("read back: %v, %v", back, err)
	}
}

func FuzzClock(f *testing.F) {
	f.Add([]byte(`{"a":"2024-05-01T12:00:00Z"}`), int64(0))
	f.Add([]byte(`{"a":-1700000000.25e0}`), int64(1e9))
	f.Add([]byte(`{"a":"\u0031"}`), int64(1))
	f.Fuzz(func(t *testing.T, b []byte, unit int64) {
		formats := []TimeFormat{TimeRFC3339, TimeSeconds, TimeMillis, TimeMicros, TimeNanos}
		c := Clock{[]string{"a"}, formats[uint64(unit)%5]}
		at, told := c.Time(b)
		if told != ToldTime && at != 0 || at == math.MinInt64 || at == math.MaxInt64 {
			t.Errorf("%d, %d", at, told)
		}
		for _, c := range Clocks(b) {
			if _, told := c.Time(b); told == ToldOutside {
				t.Errorf("a clock was offered that tells no time: %+v", c)
			}
		}
	})
}
