package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// chromiumVariable names the browser; without it the one on PATH is used.
const chromiumVariable = "FASTHOLD_TEST_CHROMIUM"

// axeScript is there once the workbench's own tools are installed (npm ci in api/web).
const axeScript = "../../api/web/node_modules/axe-core/axe.min.js"

// browser is a page in headless Chromium that somebody works in. Whatever they press or click is counted.
type browser struct {
	*testing.T
	ctx          context.Context
	url          string
	axe          string
	interactions int
}

func openBrowser(h *house) *browser {
	h.Helper()
	executable := os.Getenv(chromiumVariable)
	if executable == "" {
		var err error
		if executable, err = exec.LookPath("chromium"); err != nil {
			h.Skipf("no browser: set %s or install chromium", chromiumVariable)
		}
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(executable), chromedp.UserDataDir(h.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.WindowSize(1280, 900),
		chromedp.Flag("lang", "da"), chromedp.Env("TZ=Europe/Copenhagen", "LANGUAGE=da"))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(ctx)
	ctx, late := context.WithTimeout(ctx, 3*time.Minute)
	h.Cleanup(func() { late(); leave(); stop() })
	b := &browser{T: h.T, ctx: ctx, url: h.url}
	if script, err := os.ReadFile(axeScript); err == nil {
		b.axe = string(script)
	}
	return b
}

// do does what no person counts as an action of theirs.
func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	require.NoError(b, chromedp.Do(b.ctx, steps...))
}

// tells evaluates a script, and waits if it gives a promise.
func tells[T any](b *browser, script string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	require.NoError(b, err, script)
	return v
}

// sees waits until a script gives true; a page that is just leaving gives nothing.
func (b *browser) sees(what, script string) {
	b.Helper()
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(30 * time.Millisecond) {
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script)); err == nil && ok {
			return
		}
	}
	b.shot("failed")
	require.Failf(b, "not there", "%s is not on a page that reads: %s", what, tells[string](b, "document.body.innerText"))
}

// heading waits for a page by its heading, once nothing loads any more.
func (b *browser) heading(text string) {
	b.Helper()
	b.sees("the heading "+text, fmt.Sprintf(`document.querySelector("h1")?.innerText.trim().startsWith(%s) && !document.querySelector(".loading")`, quote(text)))
}

func quote(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

// labelled is a script that finds a field, an option or a button by what a person reads on it.
func labelled(text string) string {
	return fmt.Sprintf(`(() => {
		const wanted = %s, reads = (e) => (e.innerText ?? "").replace(/\s+/g, " ").trim();
		const label = [...document.querySelectorAll("label")].find((l) => reads(l).startsWith(wanted));
		if (label) return label.control;
		return [...document.querySelectorAll("button, a, summary")].find((e) => reads(e).includes(wanted));
	})()`, quote(text))
}

// labelled waits for what is labelled so and selects it.
func (b *browser) labelled(label string) chromedp.JSPath {
	b.Helper()
	b.sees("the label "+label, "!!"+labelled(label))
	return chromedp.JSPath(labelled(label))
}

// click clicks what is labelled so.
func (b *browser) click(label string) {
	b.Helper()
	b.interactions++
	b.do(chromedp.Click(b.labelled(label)))
}

// write writes into the field that is labelled so.
func (b *browser) write(label, text string) {
	b.Helper()
	b.interactions++
	b.do(chromedp.SendKeys(b.labelled(label), text))
}

// press presses keys, one after another; each is an interaction.
func (b *browser) press(keys ...string) {
	b.Helper()
	for _, key := range keys {
		b.interactions++
		b.do(chromedp.KeyEvent(key))
	}
}

// tabTo presses Tab until what is labelled so has the focus.
func (b *browser) tabTo(label string) {
	b.Helper()
	for range 60 {
		if tells[bool](b, "document.activeElement === "+labelled(label)) {
			return
		}
		b.do(chromedp.KeyEvent(kb.Tab))
	}
	b.shot("failed")
	require.Failf(b, "no way there", "Tab does not come to %q", label)
}

// accessible fails the test on whatever axe-core finds serious on the page (WCAG 2.1 A and AA).
func (b *browser) accessible(page string) {
	b.Helper()
	if b.axe == "" {
		b.Logf("axe-core is not installed: %s is not checked", page)
		return
	}
	b.do(chromedp.Sleep(300 * time.Millisecond)) // colours that fade in
	tells[bool](b, b.axe+";true")
	found := tells[[]string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).then((r) => r.violations
		.filter((v) => v.impact === "serious" || v.impact === "critical").flatMap((v) => v.nodes.map((n) => v.id + " " + n.target.join(" ") + " " + n.html)))`)
	require.Empty(b, found, page)
}

// shot keeps a picture of the page in the folder that FASTHOLD_TEST_SHOTS names, for people to look at.
func (b *browser) shot(name string) {
	b.Helper()
	folder := os.Getenv("FASTHOLD_TEST_SHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}
