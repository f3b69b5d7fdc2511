package e2e_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// A form that somebody has begun to fill in can be gone on with anywhere: the server keeps it, the browser nothing.
func TestWorkbenchDraft(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "")
	b := openBrowser(h)
	h.site.Demonstrate(t.Context())
	b.do(chromedp.Navigate(b.url))
	b.click("Karen Krogh")
	b.click("Ring til virksomheden")
	b.heading("Ring til virksomheden")
	call := b.shownTask(h)
	draft := "/tasks/" + call.ID + "/draft"

	b.write("Notat fra samtalen", "Lederen foreslår halve dage.")
	b.sees("that the draft is saved", `document.querySelector("[aria-live=polite].draft-line")?.innerText.includes("Kladde gemt kl.")`)
	b.accessible("a task with a draft")
	require.True(t, tells[bool](b, `sessionStorage.length === 0 && !Object.values(localStorage).join().includes("Lederen")`))
	b.write("Notat fra samtalen", " Fra mandag.")
	b.click("Log ud") // before the typing has paused
	b.heading("Log ind")
	require.Contains(b, string(h.get("consultant", draft).is(200).body), "Lederen foreslår halve dage. Fra mandag.")

	b.click("Karen Krogh")
	b.do(chromedp.Navigate(b.url + "/opgave/" + call.ID))
	b.sees("the draft", `document.body.innerText.includes("Din kladde fra") && `+labelled("Notat fra samtalen")+`.value.endsWith("Fra mandag.")`)
	b.twoWrite(h, draft)

	b.click("Ja, delvist")
	b.click("Ja, helst på virksomheden")
	b.click("Løs opgave")
	b.nextTask("Ring til virksomheden")
	require.Equal(t, http.StatusConflict, h.get("consultant", draft).status, "the draft ends with its task")
	require.NotContains(t, elements(h.tasks(call.CaseID)), call.ElementID)
}

// twoWrite lets a supervisor save a draft meanwhile: nothing is overwritten before the user has chosen.
func (b *browser) twoWrite(h *house, draft string) {
	b.Helper()
	h.json("supervisor", "PUT", draft, map[string]any{"data": map[string]any{"note": "Lederen skriver også."}}).is(200)
	b.write("Notat fra samtalen", " Kl. 9.")
	b.sees("that two have written", `[...document.querySelectorAll("h2")].some((e) => e.innerText.includes("har også skrevet i opgaven"))`)
	b.accessible("two drafts")
	b.shot("drafts")
	require.Contains(b, string(h.get("consultant", draft).is(200).body), "Lederen skriver også.")
	b.click("Gem min i stedet")
	b.sees("that the draft is saved", `document.querySelector(".draft-line")?.innerText.includes("Kladde gemt kl.")`)
	require.Contains(b, string(h.get("consultant", draft).is(200).body), "Kl. 9.")
}
