package e2e_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// A supervisor moves what runs to a new version: what is proposed is tried on copies, told, and done. A designer tries it and sees no cases.
func TestWorkbenchMigration(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "")
	b := openBrowser(h)
	h.deployText("course", courseBefore)
	for i := range 3 {
		var started struct{ ID string }
		h.post("supervisor", "/process-instances", `{"processId":"course"}`).is(201).read(&started)
		if i == 0 {
			h.do("course", started.ID, "call")
			h.do("course", started.ID, "plan")
		}
	}
	h.deployText("course", courseAfter)

	b.rehearses("Dorte Dam")
	b.sees("no way to move", `document.body.innerText.includes("En leder kan flytte sagerne") && document.querySelectorAll(".affected a").length === 0`)
	b.click("Log ud")

	b.rehearses("Lene Lund")
	b.sees("the cases", `document.querySelectorAll(".affected a").length > 0`)
	b.accessible("a rehearsal")
	b.shot("rehearsal")
	b.tabTo("Flyt 2 sager")
	b.press(kb.Enter)
	b.sees("the focus on the reason", `document.activeElement === `+labelled("Hvorfor flyttes sagerne?"))
	b.write("Hvorfor flyttes sagerne?", "Ny frist efter lovændring.")
	b.click("Flyt 2 sager")
	b.sees("that all are tried", `document.body.innerText.includes("3 af 3 sager er prøvet")`)
	b.sees("that it is done", `document.querySelector(".badge")?.innerText === "Færdig" && [...document.querySelectorAll(".stack li")].some((e) => e.textContent.includes("2 flyttet"))`)
	b.sees("why one is not", `document.body.innerText.includes("Sager venter på et trin, som ikke findes i den nye version.")`)
	b.accessible("a migration")
	b.shot("migration")
	versions := map[int]int{}
	for _, i := range h.instancesOf("course") {
		versions[i.Version]++
	}
	require.Equal(t, map[int]int{1: 1, 2: 2}, versions)
	b.click("Flyt sager til ny version")
	b.sees("what was done before", `[...document.querySelectorAll(".earlier tr")].some((e) => e.innerText.includes("Ny frist efter lovændring."))`)
}

// rehearses logs in and tries what is proposed.
func (b *browser) rehearses(who string) {
	b.Helper()
	b.do(chromedp.Navigate(b.url))
	b.click(who)
	b.click("Flyt sager")
	b.heading("Flyt sager til ny version")
	b.do(chromedp.SetValue(b.labelled("Proces"), "course"))
	tells[bool](b, labelled("Proces")+`.dispatchEvent(new Event("change", {bubbles: true}))`)
	b.sees("the proposal", `document.querySelector("[aria-label='Call the company: fortsætter i']")?.value === "ring"`)
	b.accessible("what to move")
	b.click("Prøv af")
	b.sees("what stands in the way", `document.body.innerText.includes("Det står i vejen") && document.querySelector("h3")?.innerText === "review"`)
	b.sees("the bar", `[...document.querySelectorAll(".stack li")].some((e) => e.textContent.includes("2 kan flyttes"))`)
}
