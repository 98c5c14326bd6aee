package charts

import (
	"context"
	"image/png"
	"io"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/widgets/chart"
)

// pictureSizes are the sizes of an exported picture at 1×.
func pictureSizes() [][2]int { return [][2]int{{800, 450}, {1200, 600}, {1600, 900}} }

// exportPicture asks for the title, the size and the paper of a picture of what is in view.
func (p *panel) exportPicture() {
	title := widget.NewEntry()
	title.SetText(p.spec.Title)
	title.PlaceHolder = ui.Tr("charts.export.notitle", "no title")
	var sizes []string
	for _, s := range pictureSizes() {
		sizes = append(sizes, strconv.Itoa(s[0])+" × "+strconv.Itoa(s[1]))
	}
	size := widget.NewSelect(sizes, nil)
	size.SetSelectedIndex(1)
	scale := widget.NewRadioGroup([]string{"1×", "2×", "3×"}, nil)
	scale.Horizontal, scale.Required = true, true
	scale.SetSelected("2×")
	paper := widget.NewRadioGroup([]string{ui.Tr("theme.light", "Light"), ui.Tr("theme.dark", "Dark")}, nil)
	paper.Horizontal, paper.Required = true, true
	paper.SetSelected(paper.Options[0])
	form := container.New(layout.NewFormLayout(),
		widget.NewLabel(ui.Tr("charts.title", "Title")), title,
		widget.NewLabel(ui.Tr("charts.export.size", "Size in pixels at 1×")), size,
		widget.NewLabel(ui.Tr("charts.export.scale", "Scale")), scale,
		widget.NewLabel(ui.Tr("charts.export.paper", "Paper")), paper)
	p.confirm(ui.Tr("charts.export.picture", "Export a picture of what is in view"), form, func() {
		chosen := pictureSizes()[max(size.SelectedIndex(), 0)]
		o := chart.Export{
			Title: strings.TrimSpace(title.Text), Width: chosen[0], Height: chosen[1],
			Scale: 1 + strings.Index("123", scale.Selected[:1]), Variant: theme.VariantLight,
		}
		if paper.Selected == paper.Options[1] {
			o.Variant = theme.VariantDark
		}
		p.pictureJob(o).save(p.fileName(".png"))
	})
}

// pictureJob takes down what is in view, and paints and writes it later.
func (p *panel) pictureJob(o chart.Export) job {
	paint := p.chart.Export(o)
	return job{p, func(_ context.Context, w io.Writer, progress func(float64)) (string, error) {
		picture, err := paint()
		if err != nil {
			return "", err
		}
		progress(0.4)
		if err := png.Encode(w, picture); err != nil {
			return "", err
		}
		return ui.Tr("charts.export.picture.done", "The picture was written: {{.W}} × {{.H}} pixels.",
			map[string]any{"W": picture.Rect.Dx(), "H": picture.Rect.Dy()}), nil
	}}
}

// exportData asks how much of the data shall be written, and how.
func (p *panel) exportData() {
	reach := widget.NewRadioGroup([]string{
		ui.Tr("charts.export.view", "What is in view"), ui.Tr("charts.export.all", "Everything that is held"),
	}, nil)
	reach.Required = true
	reach.SetSelected(reach.Options[0])
	format := widget.NewRadioGroup([]string{
		ui.Tr("charts.export.csv", "CSV, for spreadsheets"), ui.Tr("charts.export.lines", "JSON Lines, for scripts"),
	}, nil)
	format.Required = true
	format.SetSelected(format.Options[0])
	note := widget.NewLabel(ui.Tr("charts.export.note", "Times are written in UTC. Lines that are switched off are left out."))
	note.Wrapping, note.Importance = fyne.TextWrapWord, widget.LowImportance
	form := container.NewVBox(container.New(layout.NewFormLayout(),
		widget.NewLabel(ui.Tr("charts.export.reach", "Samples")), reach,
		widget.NewLabel(ui.Tr("charts.export.format", "Format")), format), note)
	p.confirm(ui.Tr("charts.export.data", "Export the data of the chart"), form, func() {
		json, extension := format.Selected == format.Options[1], ".csv"
		if json {
			extension = ".jsonl"
		}
		p.dataJob(reach.Selected == reach.Options[1], json).save(p.fileName(extension))
	})
}

func (p *panel) dataJob(all, json bool) job {
	t := p.newTable(all, json)
	return job{p, func(ctx context.Context, w io.Writer, progress func(float64)) (string, error) {
		rows, err := t.write(ctx, w, progress)
		return ui.TrN(rows, "charts.export.data.done", "{{.N}} sample was written.", "{{.N}} samples were written.", nil), err
	}}
}

// confirm shows a form whose button goes on to a file.
func (p *panel) confirm(title string, form fyne.CanvasObject, done func()) {
	d := dialog.NewCustomConfirm(title, ui.Tr("charts.export.save", "Save as…"), ui.Tr("cancel", "Cancel"), form, func(ok bool) {
		if ok {
			done()
		}
	}, p.window())
	d.Resize(fyne.NewSize(480, 0))
	d.Show()
}

// fileName suggests a file: the chart's title or values, and when.
func (p *panel) fileName(extension string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|›,…`, r) {
			return '-'
		}
		return r
	}, p.about())
	if clean = strings.Trim(clean, " -."); clean == "" {
		clean = "chart"
	}
	if r := []rune(clean); len(r) > 60 {
		clean = string(r[:60])
	}
	return clean + " " + time.Now().Format("2006-01-02 150405") + extension
}
