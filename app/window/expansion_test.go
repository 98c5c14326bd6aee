package window

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpansion(t *testing.T) {
	tests := []struct {
		name   string
		do     func(e *expansion)
		open   []string
		closed []string
	}{
		{"nothing opened", func(*expansion) {}, []string{"plant", ""}, []string{"plant/line1", "/a"}},
		{"one branch", func(e *expansion) { e.Toggle("plant", true) }, []string{"plant"}, []string{"plant/line1"}},
		{"empty levels are branches of their own", func(e *expansion) { e.Toggle("", true) }, []string{""}, []string{"/a"}},
		{"all beneath one", func(e *expansion) { e.ToggleAll("plant", true) },
			[]string{"plant", "plant/line1", "plant/line1/press"}, []string{"planted/a", "boat/b"}},
		{"all beneath one, but one closed", func(e *expansion) { e.ToggleAll("plant", true); e.Toggle("plant/line1", false) },
			[]string{"plant", "plant/line2"}, []string{"plant/line1"}},
		{"everything", func(e *expansion) { e.ToggleAll(everything, true) }, []string{"plant", "", "a/b/c"}, nil},
		{"everything, and closed again", func(e *expansion) {
			e.Toggle("boat", true)
			e.ToggleAll(everything, true)
			e.ToggleAll(everything, false)
		}, nil, []string{"plant", "boat"}},
		{"closing a branch closes what is beneath", func(e *expansion) {
			e.Toggle("plant", true)
			e.Toggle("plant/line1", true)
			e.ToggleAll("plant", false)
			e.Toggle("plant", true)
		}, []string{"plant"}, []string{"plant/line1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e expansion
			tt.do(&e)
			restored := expansionOf(e.lists())
			for _, x := range []expansion{e, e.clone(), restored} {
				for _, p := range tt.open {
					if !x.Open(p) {
						t.Errorf("%q is closed", p)
					}
				}
				for _, p := range tt.closed {
					if x.Open(p) {
						t.Errorf("%q is open", p)
					}
				}
			}
		})
	}
}

func TestAFlattenWorksOnItsOwnExpansion(t *testing.T) {
	var e expansion
	e.Toggle("plant", true)
	c := e.clone()
	e.Toggle("plant", false)
	e.Toggle("boat", true)
	if open, closed, _ := c.lists(); !cmp.Equal(open, []string{"plant"}) || closed != nil {
		t.Errorf("the clone follows its original: %q", open)
	}
}
