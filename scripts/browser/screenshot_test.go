package browser

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// shots is where the pictures go; empty for a folder that is removed.
var shots = flag.String("shots", "", "write the pictures of the README into this `FOLDER`")

// most is how many bytes a picture may have.
const most = 200 << 10

// TestScreenshots takes the pictures of the README, and looks whether those that stand there are small.
func TestScreenshots(t *testing.T) {
	folder := *shots
	if folder == "" {
		folder = t.TempDir()
	}
	p := open(t, reports(t, "weak"), 1280, 720)
	p.save(t, filepath.Join(folder, "report.png"))
	s := live(t)
	p = s.visit(t, 1280, 720)
	p.until(t, "both services answer", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
	p.do(t, chromedp.Click(`button[value="play"]`))
	p.until(t, "both verdicts", says+`("WEAKNESS FOUND") && `+says+`("HELD")`, 40*time.Second)
	p.until(t, "the services have written their files again", `document.querySelectorAll(".last.held").length == 2 && !`+says+`("dat: gone")`, 15*time.Second)
	p.until(t, "some answers more", `document.querySelector(".marks .held").getAttribute("d").split("M").length > 20`, 15*time.Second)
	p.save(t, filepath.Join(folder, "live.png"))
	for _, file := range []string{filepath.Join(folder, "report.png"), filepath.Join(folder, "live.png"), "../../docs/report.png", "../../docs/live.png"} {
		if info, err := os.Stat(file); err != nil || info.Size() > most || info.Size() < 10<<10 {
			t.Errorf("%s: %v, %v", file, info, err)
		}
	}
}

func (p *tab) save(t *testing.T, file string) {
	t.Helper()
	shot, err := chromedp.Call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err == nil {
		err = os.WriteFile(file, shot.Data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
